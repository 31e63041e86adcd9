import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesFilter } from './filters.ts'

test.each([
  ['a/b', 'a/b'],
  ['+', 'a'],
  ['a/+', 'a/'],
  ['a/+', 'a/b'],
  ['+/+', '/finance'],
  ['/+', '/finance'],
  ['#', 'a/b/c'],
  ['a/#', 'a'],
  ['a/#', 'a/'],
  ['a/#', 'a/b/c'],
  ['a/+/c', 'a/b/c'],
  ['$SYS/#', '$SYS/monitor'],
  ['$oc/devices/d1/#', '$oc/devices/d1/sys/messages/down'],
])('[MQTT-4.7.1-1] "%s" matches "%s"', (filter, topic) => {
  expect(matchesFilter(filter, topic)).toBe(true)
})

test.each([
  ['a', 'A'],
  ['a/b', 'a'],
  ['a', 'a/b'],
  ['a/+', 'a'],
  ['+', '/finance'],
  ['a/+', 'a/b/c'],
  ['a/#', 'ab'],
  ['a/+/#', 'a'],
  ['$oc/devices/d1/#', '$oc/devices/d10/sys'],
  ['a/b/', 'a/b'],
])('[MQTT-4.7.1-1] "%s" does not match "%s"', (filter, topic) => {
  expect(matchesFilter(filter, topic)).toBe(false)
})

test.each(['#', '+/devices/d/sys/messages/down', '+/#'])(
  '[MQTT-4.7.2-1] "%s" does not match a topic that begins with $ (device protocol §3.0.2)',
  (filter) => {
    expect(matchesFilter(filter, '$oc/devices/d/sys/messages/down')).toBe(false)
  },
)

test('safety S3: the match is literal, level by level: as a plain comparison of the levels says', () => {
  const levels = (words: string[]) => fc.array(fc.constantFrom(...words), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(
      levels(['a', 'b', '', '$x', '.*']),
      levels(['a', 'b', '', '+', '.*']),
      fc.boolean(),
      (topic, head, hash) => {
        const filter = hash ? [...head, '#'] : head
        const reserved = topic[0]?.startsWith('$') && filter[0] === '+'
        const same = head.every((level, i) => i < topic.length && (level === '+' || level === topic[i]))
        const expected =
          !reserved && same && (hash ? topic.length >= head.length : topic.length === head.length)

        expect(matchesFilter(filter.join('/'), topic.join('/'))).toBe(expected)
      },
    ),
    { numRuns: 3000 },
  )
})

test('a filter and a topic of 100,000 levels are compared without recursion', () => {
  const levels = 'a/'.repeat(100_000)

  expect(matchesFilter(`${levels}#`, levels)).toBe(true)
  expect(matchesFilter(`${'+/'.repeat(100_000)}b`, levels)).toBe(false)
})
