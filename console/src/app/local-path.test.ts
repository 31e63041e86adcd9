import { expect, test } from 'vitest'
import { localPath } from './local-path.ts'

test('S13: only a path of the console is gone back to, never another site', () => {
  expect(localPath('/settings/spaces?find=lab')).toBe('/settings/spaces?find=lab')
  for (const text of [
    'https://evil.test',
    '//evil.test',
    '/\\evil.test',
    '/a\\b',
    'javascript:alert(1)',
    '/\n/evil',
    7,
  ])
    expect(localPath(text)).toBeUndefined()
})

test('the page for signing in is not gone back to', () => {
  expect(localPath('/sign-in?next=%2Fsign-in')).toBeUndefined()
})
