import fc from 'fast-check'
import { expect, test } from 'vitest'
import { topicFilterFault, topicNameFault } from './names.ts'

test.each(['a', '/', '//', ' ', 'a/b', '$oc/devices/d/sys/messages/up?a=b', 'ü/中', '/finance'])(
  '[MQTT-4.7.3-1] "%s" is a topic name and a filter',
  (topic) => {
    expect(topicNameFault(topic)).toBeUndefined()
    expect(topicFilterFault(topic, { shared: true })).toBeUndefined()
  },
)

test('[MQTT-4.7.0-1] [MQTT-3.3.2-2] a topic name has no wildcards; [MQTT-4.7.3-1] nor is it empty', () => {
  for (const topic of ['#', '+', 'a/#', 'a+b']) expect(topicNameFault(topic)).toBe('wildcard')
  expect(topicNameFault('')).toBe('empty')
  expect(topicFilterFault('', { shared: false })).toBe('empty')
})

test.each(['#', '+', 'a/#', '+/a/#', '/+', '+/+/+', 'sport/+/player1'])(
  '[MQTT-4.7.1-1] "%s" is a filter',
  (filter) => {
    expect(topicFilterFault(filter, { shared: true })).toBeUndefined()
  },
)

test.each([
  ['a#', 'misplaced-hash'],
  ['a/#/b', 'misplaced-hash'],
  ['##', 'misplaced-hash'],
  ['a+', 'misplaced-plus'],
  ['+a/b', 'misplaced-plus'],
  ['a/++', 'misplaced-plus'],
])('[MQTT-4.7.1-1] [MQTT-4.7.1-2] "%s" is no filter: %s', (filter, fault) => {
  expect(topicFilterFault(filter, { shared: false })).toBe(fault)
})

test('safety R10: 1,024 bytes and 128 levels are the outer bound, counted in UTF-8', () => {
  expect(topicNameFault('x'.repeat(1024))).toBeUndefined()
  expect(topicNameFault('x'.repeat(1025))).toBe('too-long')
  expect(topicNameFault('中'.repeat(341))).toBeUndefined()
  expect(topicNameFault('中'.repeat(342))).toBe('too-long')
  expect(topicNameFault('a/'.repeat(127) + 'a')).toBeUndefined()
  expect(topicNameFault('a/'.repeat(128) + 'a')).toBe('too-deep')
  expect(topicFilterFault('+/'.repeat(128) + '#', { shared: true })).toBe('too-deep')
  expect(topicFilterFault('x'.repeat(1025), { shared: true })).toBe('too-long')
})

test('safety §4: a filter of 65,400 slashes is refused without recursion', () => {
  expect(topicFilterFault('/'.repeat(65_400), { shared: true })).toBe('too-long')
})

test('a valid name is always a valid filter of its own', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 50 }), (text) => {
      fc.pre(topicNameFault(text) === undefined)
      expect(topicFilterFault(text, { shared: false })).toBeUndefined()
    }),
  )
})
