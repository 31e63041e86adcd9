import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { listenerCodes } from './listener-codes.ts'
import { catalogue, renderVerdict } from './render.ts'

const braces = (text: string) => [...new Set(text.match(/\{\w+\}/g))].toSorted()

test.for(catalogue().map((entry) => [entry.code, entry] as const))(
  '%s says the same in both languages',
  ([code, { en, zh }]) => {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(en.sentence).toMatch(/([.…]|\{detail\})$/)
    expect(zh.sentence).toMatch(/([。…]|\{detail\})$/)
    expect(zh.sentence).toMatch(/\p{Script=Han}/u)
    expect(braces(zh.sentence)).toEqual(braces(en.sentence))
    expect(braces(zh.remedy)).toEqual(braces(en.remedy))
    expect(zh.remedy === '').toBe(en.remedy === '')
  },
)

test('codes are unique over both catalogues', () => {
  const codes = catalogue().map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
})

test('a verdict is rendered with its parameters, in either language', () => {
  const verdict = { code: 'certificate-ca-unverified', params: { issuer: 'zhangsan' } } as const
  expect(renderVerdict(verdict, 'en').sentence).toBe(
    "The certificate is signed by 'zhangsan', which is uploaded but not verified.",
  )
  expect(renderVerdict(verdict, 'zh').sentence).toContain('“zhangsan”')
})

test('a code of another version of the product is its own sentence', () => {
  expect(renderVerdict({ code: 'constructor' }, 'en')).toEqual({ sentence: 'constructor', remedy: '' })
})

test('the codes of the listener are told by the listener', () => {
  const folder = new URL('../../listener/', import.meta.url)
  const sources = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const untold = listenerCodes.filter((code) => !sources.some((source) => source.includes(`'${code}'`)))
  expect(untold).toEqual([])
})
