import { expect, test } from 'vitest'
import { parseThemeChoice, themeOf } from './theme-choice.ts'

test('the theme follows the device until one is chosen', () => {
  expect(parseThemeChoice(undefined)).toBe('system')
  expect(parseThemeChoice('purple')).toBe('system')
  expect(themeOf('system', true)).toBe('dark')
  expect(themeOf('system', false)).toBe('light')
  expect(themeOf('light', true)).toBe('light')
  expect(themeOf('dark', false)).toBe('dark')
})
