import { expect, test } from 'vitest'
import { findPages, moved } from './search.ts'

const pages = [
  { to: '/overview', names: ['Overview', '总览'] },
  { to: '/devices', names: ['All Devices', '所有设备'] },
]

test('a page is found by its name in either language, and called by the one of the page', () => {
  expect(findPages(pages, '设备').map(({ name }) => name)).toEqual(['All Devices'])
  expect(findPages(pages, ' over ').map(({ name }) => name)).toEqual(['Overview'])
  expect(findPages(pages, '')).toHaveLength(2)
})

test('the choice goes around the ends', () => {
  expect(moved(0, -1, 3)).toBe(2)
  expect(moved(2, 1, 3)).toBe(0)
  expect(moved(0, 1, 0)).toBe(0)
})
