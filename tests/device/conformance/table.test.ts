import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

/** How many statements each section has: MQTT 3.1.1 appendix B, MQTT 5.0 appendix B. */
const sections = {
  '3.1.1':
    '1.5.3:3 2.2.2:2 2.3.1:7 3.1.0:2 3.1.2:24 3.1.3:11 3.1.4:5 3.2.0:1 3.2.2:6 3.3.1:12 3.3.2:3 3.3.4:1 3.3.5:2 ' +
    '3.6.1:1 3.8.1:1 3.8.3:4 3.8.4:6 3.9.3:2 3.10.1:1 3.10.3:2 3.10.4:6 3.12.4:1 3.14.1:1 3.14.4:3 4.1.0:2 4.3.1:1 ' +
    '4.3.2:2 4.3.3:2 4.4.0:1 4.5.0:2 4.6.0:6 4.7.1:3 4.7.2:1 4.7.3:4 4.8.0:2 6.0.0:4 7.0.0:2 7.1.1:1 7.1.2:1',
  '5.0':
    '1.5.4:3 1.5.5:1 1.5.7:1 2.1.3:1 2.2.1:6 2.2.2:1 3.1.0:2 3.1.2:30 3.1.3:12 3.1.4:6 3.2.0:2 3.2.2:22 3.3.1:13 ' +
    '3.3.2:20 3.3.4:10 3.4.2:3 3.5.2:3 3.6.1:1 3.6.2:3 3.7.2:3 3.8.1:1 3.8.3:5 3.8.4:8 3.9.2:2 3.9.3:2 3.10.1:1 ' +
    '3.10.3:2 3.10.4:6 3.11.2:2 3.11.3:2 3.12.4:1 3.14.0:1 3.14.1:1 3.14.2:4 3.14.4:3 3.15.1:1 3.15.2:3 4.1.0:2 ' +
    '4.2.0:1 4.3.1:1 4.3.2:5 4.3.3:13 4.4.0:2 4.5.0:2 4.6.0:6 4.7.0:1 4.7.1:2 4.7.2:1 4.7.3:4 4.8.2:6 4.9.0:3 ' +
    '4.12.0:7 4.12.1:2 4.13.1:1 4.13.2:1 6.0.0:4',
} as const
type Standard = keyof typeof sections
const standards = ['3.1.1', '5.0'] as const

/** As the standards print them, one misprint of 3.1.1 included; 5.0 has no [MQTT-2.2.1-1]. */
function statements(standard: Standard): readonly string[] {
  const counted = sections[standard].split(' ').flatMap((entry) => {
    const [section, count] = entry.split(':')
    return Array.from({ length: Number(count) }, (_, index) => `[MQTT-${section}-${index + 1}]`)
  })
  return standard === '5.0'
    ? counted.filter((id) => id !== '[MQTT-2.2.1-1]')
    : counted.map((id) => (id === '[MQTT-3.8.3-4]' ? '[MQTT-3-8.3-4]' : id))
}

const idPattern = /\[MQTT-[\d.-]+\]/g

interface Row {
  readonly ids: readonly string[]
  readonly files: readonly string[]
  readonly reason: string
}

/** The rows of one standard in docs/develop/conformance.md, each range written out. */
function rows(standard: Standard): readonly Row[] {
  const document = readFileSync('docs/develop/conformance.md', 'utf8')
  const chapter = document.split(/^## MQTT /m).find((text) => text.startsWith(`${standard}\n`)) ?? ''
  const [tested = '', untested = ''] = chapter.split(/^\| statement +\| does not apply/m)
  const cells = (text: string) =>
    [...text.matchAll(/^\| (\[MQTT-.*?) *\| (.*?) *\|$/gm)].map(([, ids = '', cell = '']) => ({
      ids: ids.split(', ').flatMap(range),
      cell,
    }))
  return [
    ...cells(tested).map(({ ids, cell }) => ({
      ids,
      files: [...cell.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
      reason: '',
    })),
    ...cells(untested).map(({ ids, cell }) => ({ ids, files: [], reason: cell })),
  ]
}

function range(text: string): readonly string[] {
  const [first = '', last = first] = text.match(idPattern) ?? []
  const number = (id: string) => Number(/(\d+)\]$/.exec(id)?.[1])
  const section = first.replace(/\d+\]$/, '')
  return first === last
    ? [first]
    : Array.from(
        { length: number(last) - number(first) + 1 },
        (_, index) => `${section}${number(first) + index}]`,
      )
}

/** The ids in the titles of a file: in `tests/device/conformance`, those said to be of this standard. */
function titled(file: string, standard: Standard): ReadonlySet<string> {
  const source = readFileSync(file, 'utf8')
  if (!file.startsWith('tests/device/conformance/')) return new Set(source.match(idPattern))
  const labelled = source.matchAll(/(3\.1\.1|5\.0)((?: \[MQTT-[\d.-]+\])+)/g)
  return new Set(
    [...labelled].flatMap(([, of, ids = '']) => (of === standard ? (ids.match(idPattern) ?? []) : [])),
  )
}

const testFiles = ['src', 'tests'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts') && !path.endsWith('conformance/table.test.ts'))
    .map((path) => `${folder}/${path}`),
)

for (const standard of standards) {
  test(`the conformance table has every statement of MQTT ${standard} once`, () => {
    expect(
      rows(standard)
        .flatMap(({ ids }) => ids)
        .toSorted(),
    ).toEqual(statements(standard).toSorted())
  })

  test(`what the conformance table calls tested stands in a title, MQTT ${standard}`, () => {
    const untrue = rows(standard).flatMap(({ ids, files, reason }) =>
      reason
        ? []
        : ids.filter((id) => files.length === 0 || files.some((file) => !titled(file, standard).has(id))),
    )

    expect(untrue).toEqual([])
  })

  test(`every statement of MQTT ${standard} in a title of the conformance tests is in the table as tested there`, () => {
    const told = new Map(rows(standard).flatMap(({ ids, files }) => ids.map((id) => [id, files] as const)))
    const untold = testFiles
      .filter((file) => file.startsWith('tests/device/conformance/'))
      .flatMap((file) => [...titled(file, standard)].filter((id) => !told.get(id)?.includes(file)))

    expect(untold).toEqual([])
  })
}

test('every statement in any title is tested by the table of one of the standards', () => {
  const known = new Set(standards.flatMap(rows).flatMap(({ ids, reason }) => (reason === '' ? ids : [])))
  const unknown = testFiles.flatMap((file) =>
    [...new Set(readFileSync(file, 'utf8').match(idPattern))]
      .filter((id) => !known.has(id))
      .map((id) => [file, id]),
  )

  expect(unknown).toEqual([])
})
