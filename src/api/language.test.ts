import { expect, test } from 'vitest'
import { preferredLanguage } from './language.ts'

test.for([
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['fr-FR,fr;q=0.9', 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-US,en;q=0.9,zh;q=0.8', 'en'],
  ['en;q=0.5, zh-Hans;q=0.7', 'zh'],
  ['zh;q=0, en;q=0.1', 'en'],
  ['ZH', 'zh'],
  ['zh;q=nonsense', 'en'],
] as const)('RFC 9110 §12.5.4: %s gives %s', ([header, language]) => {
  expect(preferredLanguage(header)).toBe(language)
})
