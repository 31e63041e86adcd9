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
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'))
  const untold = listenerCodes.filter((code) => !sources.some((source) => source.includes(`'${code}'`)))
  expect(untold).toEqual([])
})

test('names and phrases of the platform among the parameters are put into words; those of a device stay', () => {
  const cut = { code: 'cut-while-connecting', params: { cause: 'taken-over' } }
  const partly = { code: 'connection-judged-in-part', params: { skipped: 'signed-hour, chain' } }
  const broken = { code: 'connect-malformed', params: { detail: 'The packet ends inside its user name' } }

  expect(renderVerdict(cut, 'en').sentence).toContain('another connection of the same device took over')
  expect(renderVerdict(cut, 'zh').sentence).toContain('同一设备的新连接已接管')
  expect(renderVerdict(partly, 'en').sentence).toContain('Not judged: timestamp, certificate chain.')
  expect(renderVerdict(partly, 'zh').sentence).toContain('时间戳、证书链')
  expect(renderVerdict(broken, 'zh').sentence).toContain('报文在用户名处中断')
  expect(
    renderVerdict({ code: 'device-unknown', params: { deviceId: 'it is empty' } }, 'zh').sentence,
  ).toContain('“it is empty”')
})

test.for(catalogue().map((entry) => [entry.code, entry] as const))(
  'the remedy of %s says where in the console before it names a path of the API',
  ([, { en, zh }]) => {
    const paths = [en.remedy, zh.remedy].flatMap((remedy) => [...remedy.matchAll(/.{0,5}(GET|POST) […/]/g)])

    for (const [found] of paths) expect(found).toMatch(/API(: |：)(GET|POST)/)
  },
)
