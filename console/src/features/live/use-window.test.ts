import { expect, test } from 'vitest'
import { rowsInWindow } from './use-window.ts'

const list = { count: 1000, rowHeight: 30, open: -1, openHeight: 0, scrolled: 0, height: 300 }

test('of a long list only what is in the window, and a little more, is rendered', () => {
  expect(rowsInWindow(list)).toMatchObject({ from: 0, to: 19, total: 30_000 })
  expect(rowsInWindow({ ...list, scrolled: 15_000 })).toMatchObject({ from: 492, to: 519 })
  expect(rowsInWindow({ ...list, scrolled: 29_700 })).toMatchObject({ from: 982, to: 1000 })
})

test('an open row takes its place: rows below it lie further down', () => {
  const opened = rowsInWindow({ ...list, open: 2, openHeight: 400 })

  expect([opened.topOf(2), opened.topOf(3), opened.total]).toEqual([60, 490, 30_400])
  expect(opened.to).toBe(11)
  // The window lies within the open row: the row itself stays rendered.
  expect(rowsInWindow({ ...list, open: 20, openHeight: 2000, scrolled: 1000 }).from).toBe(12)
})
