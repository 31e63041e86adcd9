import { expect, test } from 'vitest'
import { en } from './en.ts'
import { zh } from './zh.ts'

type Node = string | { readonly [key: string]: Node }

function textsOf(node: Node, path = ''): readonly (readonly [string, string])[] {
  if (typeof node === 'string') return [[path, node]]
  return Object.entries(node).flatMap(([key, child]) => textsOf(child, path === '' ? key : `${path}.${key}`))
}

const parametersOf = (text: string): readonly string[] =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').toSorted()

const english = textsOf(en)
const chinese = new Map(textsOf(zh))

test('both catalogues have the same entries', () => {
  expect([...chinese.keys()]).toEqual(english.map(([key]) => key))
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
