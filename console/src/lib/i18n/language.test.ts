import { expect, test } from 'vitest'
import { isLanguage, preferredLanguage } from './language.ts'

test('the first preferred language that the console speaks is taken, else English', () => {
  expect(preferredLanguage(['de-DE', 'zh-CN', 'en'])).toBe('zh')
  expect(preferredLanguage(['EN-gb', 'zh'])).toBe('en')
  expect(preferredLanguage(['de'])).toBe('en')
  expect(preferredLanguage([])).toBe('en')
})

test('a remembered language that the console does not speak is not taken', () => {
  expect(isLanguage('zh')).toBe(true)
  expect(isLanguage('fr')).toBe(false)
  expect(isLanguage(undefined)).toBe(false)
})
