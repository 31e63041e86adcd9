import { expect, test } from 'vitest'
import { LegacyCommands } from './legacy-commands.ts'

test('device protocol §3.14: numbers go from 1 to 65,535 and around, and each stands for its request once', () => {
  const commands = new LegacyCommands(10, 65_533)

  expect([commands.add('a'), commands.add('b'), commands.add('c')]).toEqual([65_534, 65_535, 1])
  expect(commands.take(65_535)).toBe('b')
  expect(commands.take(65_535)).toBeUndefined()
  expect(commands.take(2)).toBeUndefined()
})

test('safety R11: of more than are kept the oldest is forgotten', () => {
  const commands = new LegacyCommands(2, 0)
  const mids = ['a', 'b', 'c'].map((requestId) => commands.add(requestId))

  expect(mids.map((mid) => commands.take(mid))).toEqual([undefined, 'b', 'c'])
})
