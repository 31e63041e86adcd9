import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

type Node = string | { readonly [key: string]: Node }

async function readParts(language: 'en' | 'zh'): Promise<ReadonlyMap<string, Node>> {
  const names = readdirSync(join(import.meta.dirname, language)).map((name) => name.replace(/\.ts$/, ''))
  const parts = await Promise.all(
    names.map(async (name) => {
      const { texts } = (await import(`./${language}/${name}.ts`)) as { readonly texts: Node }
      return [name, texts] as const
    }),
  )
  return new Map(parts)
}

function textsOf(node: Node, path: string): readonly (readonly [string, string])[] {
  if (typeof node === 'string') return [[path, node]]
  return Object.entries(node).flatMap(([key, child]) => textsOf(child, `${path}.${key}`))
}

const parametersOf = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').toSorted()

const [en, zh] = await Promise.all([readParts('en'), readParts('zh')])
const english = [...en].flatMap(([part, texts]) => textsOf(texts, part))
const chinese = new Map([...zh].flatMap(([part, texts]) => textsOf(texts, part)))

test('both catalogues have the same entries', () => {
  expect([...chinese.keys()].toSorted()).toEqual(english.map(([key]) => key).toSorted())
})

test('no section stands in two parts: the later one would hide the other', () => {
  const sections = [...en.values()].flatMap((texts) => Object.keys(texts))

  expect(sections.toSorted()).toEqual([...new Set(sections)].toSorted())
})

test.each(english)('%s has the same parameters in both languages, and is empty in neither', (key, text) => {
  const other = chinese.get(key) ?? ''

  expect(text.trim()).not.toBe('')
  expect(other.trim()).not.toBe('')
  expect(parametersOf(other)).toEqual(parametersOf(text))
})

test('Chinese texts are Chinese: no half-width comma, colon or bracket beside a Chinese character', () => {
  const mixed = [...chinese].filter(([, text]) =>
    /\p{Script=Han}[,:;?!()]|[,:;?!()]\p{Script=Han}/u.test(text),
  )

  expect(mixed).toEqual([])
})

test('no text blames or shouts', () => {
  const loud = [...english, ...chinese].filter(([, text]) => /[!\uff01]|please|invalid/i.test(text))

  expect(loud).toEqual([])
})

/**
 * What may ask for a text: every text in quotes of the console's code, and its templates as patterns, `frame.themes.${x}`
 * for any x. One whose section leaves open which of all its texts is meant, `common.${x}`, would hide unused ones.
 */
function keysInCode(): { readonly whole: ReadonlySet<string>; readonly patterns: readonly RegExp[] } {
  const root = join(import.meta.dirname, '../..')
  const code = globSync('**/*.{ts,tsx}', { cwd: root, exclude: ['lib/i18n/**', '**/*.test.ts'] })
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  const whole = [...code.matchAll(/'([\w.-]+)'/g)].map(([, text = '']) => text)
  const patterns = [...code.matchAll(/`(\w+\.(?:[\w.-]|\$\{[^`}]+\})+)`/g)]
    .map(([, text = '']) => text.replaceAll(/\$\{[^}]+\}/g, '*'))
    .filter((text) => !/^\w+\.\w*\*\w*$/.test(text))
    .map((text) => new RegExp(`^${text.replaceAll('.', '\\.').replaceAll('*', '[^.]+')}$`))
  return { whole: new Set(whole), patterns }
}

test('every text is asked for by the code of the console', () => {
  const { whole, patterns } = keysInCode()
  // `count_one` and `count_other` are asked for as `count`.
  const keys = english.map(([key]) => key.replace(/^\w+\./, '').replace(/_(one|other)$/, ''))

  const unasked = keys.filter((key) => !whole.has(key) && !patterns.some((pattern) => pattern.test(key)))

  expect(unasked).toEqual([])
})
