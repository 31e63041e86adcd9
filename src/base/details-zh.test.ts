import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { detailInChinese } from './details-zh.ts'
import { Refusal } from './refusal.ts'
import { refusalSentence } from './refusal-sentence.ts'

/** The English phrases of a source: texts of three words or more, with `x` for what is put into them. */
function phrasesOf(file: string): readonly string[] {
  const source = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
    .replaceAll(/^import .*$/gm, '')
    .replaceAll(/\/\*.*?\*\//gs, '')
    .replaceAll(/^\s*\/\/.*$/gm, '')
    .replaceAll(/\/(?:\\.|[^/\n])+\/[a-z]*[,.)]/g, '')
  const texts = source.matchAll(/'((?:\\.|[^'\\\n])*)'|"([^"\n]*)"|`((?:\\.|[^`\\])*)`/g)
  return [...texts]
    .map(([, single, double, template]) => single ?? double ?? template ?? '')
    .map((text) => text.replaceAll(/\$\{[^}]*\}/g, 'x').replaceAll("\\'", "'"))
    .filter(
      (text) =>
        text.trim().split(/\s+/).length > 2 && /[a-z]/.test(text) && !/^(RFC|MQTT|safety) |-----/.test(text),
    )
    .map((text) => text.replace(/\.$/, ''))
}

test.for(['pki/pem.ts', 'pki/proof.ts', 'pki/upload.ts'])('every phrase of %s has its Chinese', (file) => {
  const phrases = phrasesOf(file)

  const english = phrases.filter((phrase) => !/\p{Script=Han}/u.test(detailInChinese(phrase)))

  expect(phrases.length).toBeGreaterThan(4)
  expect(english).toEqual([])
})

test.for([
  'The packet ends inside its user name',
  'The client identifier is not well-formed UTF-8',
  'The first byte is 0x47 and not 0x10, CONNECT. It looks like HTTP',
  'There is a password, but no user name',
])('what a listener says of a broken CONNECT has its Chinese: %s', (detail) => {
  const chinese = detailInChinese(detail)

  expect(chinese).toMatch(/\p{Script=Han}/u)
  expect(chinese).not.toMatch(/[a-z]{3,} [a-z]{2,} /)
})

test.for(['{"a" 1}', '{a: 1}', '[1, 2', '{"a": "b', '[1 2]', '{"a": -}', '"\n"', '{} x'])(
  'what the parser says of %s has its Chinese, with the place',
  (text) => {
    const message = faultOf(text)
      .replace(/, (\.\.\.)?".*" is not valid JSON$/s, '')
      .replace(/ in JSON at/, ' at')

    expect(detailInChinese(message)).toMatch(/^[^a-z]*\p{Script=Han}/u)
    expect(detailInChinese(message)).not.toMatch(/position|line/)
  },
)

function faultOf(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (fault) {
    return (fault as SyntaxError).message
  }
}

test('the detail of a refusal is said in the language of its sentence', () => {
  const refusal = new Refusal('certificate-proof-failed', {
    detail: "its Common Name is 'lamp', but must be the verification code 12ab",
  })

  expect(refusalSentence(refusal, 'zh')).toBe(
    '验证证书未能证明您持有该 CA 的私钥：通用名称为“lamp”，应为验证码 12ab。',
  )
  expect(refusalSentence(refusal, 'en')).toContain("its Common Name is 'lamp'")
})

test('what nobody has written in Chinese stays as it is', () => {
  expect(detailInChinese('tlsv1 alert unknown ca')).toBe('tlsv1 alert unknown ca')
})
