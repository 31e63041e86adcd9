import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import vectors from '../vectors/device-protocol-vectors.json' with { type: 'json' }

/* Holds docs/develop/device-protocol.md to the titles of the tests, both ways. */

interface Row {
  readonly ids: readonly string[]
  readonly files: readonly string[]
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index + 1))
const both = ['15', '16', '17', '18', '20']
const onlyDown = ['2', '5', '7', '10', '11', '14', '19', '22']
const idsOf = (group: readonly { readonly id: string }[]) => group.map(({ id }) => id)

/** The vectors by their key in the file: a test that goes through the group has them all. */
const groups: { readonly [key: string]: readonly string[] } = {
  'vectors.password': idsOf(vectors.password),
  'vectors.password_negative': idsOf(vectors.password_negative),
  'vectors.group_secret': idsOf(vectors.group_secret),
  'vectors.client_id': idsOf(vectors.client_id),
  'vectors.client_id_username': idsOf(vectors.client_id_username),
  'vectors.timestamp_window.cases': idsOf(vectors.timestamp_window.cases),
  'vectors.event_time.cases': idsOf(vectors.event_time.cases),
  'vectors.event_time.lenient_option': idsOf(vectors.event_time.lenient_option),
  'vectors.topics': idsOf(vectors.topics),
  'vectors.gzip': idsOf(vectors.gzip),
  'vectors.connack_bytes_v311': idsOf(vectors.connack_bytes_v311),
  'vectors.keepalive': idsOf(vectors.keepalive),
}

/** What each chapter has to name, and what of it stands in the titles of a file. */
const chapters: {
  readonly [title: string]: {
    readonly ids: readonly string[]
    titled(source: string): readonly string[]
    /** What may stand there besides, by loops. */
    looped(source: string): readonly string[]
  }
} = {
  'Acceptance list': {
    ids: numbers(16),
    titled: (source) =>
      [...source.matchAll(/(?:§8 (?:line|point)s?|acceptance) (\d+(?:, \d+)*)/g)].flatMap(([, list = '']) =>
        list.split(', '),
      ),
    looped: () => [],
  },
  Vectors: {
    ids: Object.values(groups).flat(),
    titled: (source) => [...source.matchAll(/[vV]ector ([A-Z]+\d+)/g)].map(([, id = '']) => id),
    looped: (source) =>
      /vector \$/.test(source)
        ? Object.entries(groups).flatMap(([key, ids]) =>
            new RegExp(`${key.replaceAll('.', '\\.')}\\b(?!\\.)|${key}\\.(filter|find)`).test(source)
              ? ids
              : [],
          )
        : [],
  },
  Topics: {
    ids: numbers(23).flatMap((number) =>
      both.includes(number)
        ? [`${number} up`, `${number} down`]
        : [`${number} ${onlyDown.includes(number) ? 'down' : 'up'}`],
    ),
    titled: (source) => [...source.matchAll(/topic (\d+ (?:up|down))/g)].map(([, id = '']) => id),
    looped: () => [],
  },
}

/** The rows of a chapter: those with tests, and those that have none yet. */
function rowsOf(title: string): { readonly tested: readonly Row[]; readonly open: readonly Row[] } {
  const document = readFileSync('docs/develop/device-protocol.md', 'utf8')
  const chapter = document.split(/^## /m).find((text) => text.startsWith(`${title}\n`)) ?? ''
  const [tested = '', open = ''] = chapter.split(/^\| \w+ +\| what +\| not yet/m)
  const read = (text: string): readonly Row[] =>
    [...text.matchAll(/^\| ([A-Z]*\d.*?) *\|.*\| (.*?) *\|$/gm)].map(([, ids = '', cell = '']) => ({
      ids: ids.split(', ').flatMap(range),
      files: [...cell.matchAll(/`(tests\/[^`]+)`/g)].map(([, file = '']) => file),
    }))
  return { tested: read(tested), open: read(open) }
}

/** `P01 to P05` written out. */
function range(text: string): readonly string[] {
  const [first = '', last] = text.split(' to ')
  if (last === undefined) return [first]
  const [, letters = '', from = ''] = /^([A-Z]+)(\d+)$/.exec(first) ?? []
  const until = Number(last.slice(letters.length))
  return Array.from(
    { length: until - Number(from) + 1 },
    (_, index) => letters + String(Number(from) + index).padStart(from.length, '0'),
  )
}

const testFiles = readdirSync('tests', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts') && path !== 'device/device-protocol.test.ts')
  .map((path) => `tests/${path}`)
const sourceOf = (file: string): string => (testFiles.includes(file) ? readFileSync(file, 'utf8') : '')

for (const [title, { ids, titled, looped }] of Object.entries(chapters)) {
  test(`the chapter "${title}" has each of its entries`, () => {
    const { tested, open } = rowsOf(title)
    const told = new Set([...tested, ...open].flatMap((row) => row.ids))

    expect([...told].toSorted()).toEqual([...new Set(ids)].toSorted())
  })

  test(`the chapter "${title}" does not call open what is tested`, () => {
    const { tested, open } = rowsOf(title)
    const done = new Set(tested.flatMap((row) => row.ids))

    expect(open.flatMap((row) => row.ids).filter((id) => done.has(id))).toEqual([])
  })

  test(`what the chapter "${title}" calls tested stands in the titles of the files it names`, () => {
    const untrue = rowsOf(title).tested.flatMap(({ ids: named, files }) => {
      if (files.length === 0) return named.map((id) => `nowhere: ${id}`)
      return files.flatMap((file) => {
        const source = sourceOf(file)
        const there = new Set([...titled(source), ...looped(source)])
        return named.filter((id) => !there.has(id)).map((id) => `${file}: ${id}`)
      })
    })

    expect(untrue).toEqual([])
  })

  test(`what the titles name of the chapter "${title}" stands there as tested in that file`, () => {
    const { tested } = rowsOf(title)
    const untold = testFiles.flatMap((file) =>
      [...new Set(titled(sourceOf(file)))]
        .filter((id) => !tested.some((row) => row.ids.includes(id) && row.files.includes(file)))
        .map((id) => [file, id]),
    )

    expect(untold).toEqual([])
  })
}
