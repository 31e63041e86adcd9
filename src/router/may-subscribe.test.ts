import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DeviceId, parseDeviceId } from '../base/ids.ts'
import { matchesFilter } from '../codec/topic/filters.ts'
import { topicFilterFault } from '../codec/topic/names.ts'
import { maySubscribe } from './may-subscribe.ts'

const own = parseDeviceId('dev1') as DeviceId

for (const [filter, answer] of [
  ['$oc/devices/dev1/#', 'granted'],
  ['$oc/devices/dev1/+/+/down', 'granted'],
  ['$oc/devices/dev1', 'forbidden'],
  ['$oc/devices/dev1#', 'forbidden'],
  ['$oc/+/dev1/#', 'forbidden'],
  ['+/devices/dev1/#', 'by-policy'],
  ['$oc/broadcast/a/b', 'granted'],
  ['$oc/broadcast/#', 'forbidden'],
  ['$oc/broadcast/', 'forbidden'],
  ['$oc/broadcast', 'forbidden'],
  ['$oc/m2m/to/dev1/#', 'granted'],
  ['$oc/m2m/to/dev2/#', 'forbidden'],
  ['$oc/m2m/to/+/#', 'forbidden'],
  ['/huawei/v1/devices/dev1/command/json', 'granted'],
  ['/huawei/v1/devices/+/command/json', 'forbidden'],
  ['/huawei/#', 'forbidden'],
  [`$oc/devices/dev1/${'a'.repeat(500)}`, 'invalid'],
  ['ä'.repeat(64), 'by-policy'],
  ['ä'.repeat(65), 'invalid'],
  ['/////// '.trim(), 'by-policy'],
  ['////////', 'invalid'],
] as const)
  test(`device protocol §3.0.2: ${filter.slice(0, 40)} is ${answer}`, () => {
    expect(maySubscribe(own, filter)).toBe(answer)
  })

test('S3, property: no granted filter matches a system topic of another device', () => {
  const level = fc.constantFrom(
    '$oc',
    'devices',
    'dev1',
    'dev2',
    'sys',
    'messages',
    'down',
    '+',
    '#',
    '',
    '$SYS',
    'broadcast',
  )
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 6 }), (levels) => {
      const filter = levels.join('/')
      fc.pre(topicFilterFault(filter, { shared: true }) === undefined)
      if (!['granted', 'by-policy'].includes(maySubscribe(own, filter))) return
      expect(matchesFilter(filter, '$oc/devices/dev2/sys/messages/down')).toBe(false)
      expect(matchesFilter(filter, '$SYS/broker')).toBe(false)
    }),
    { numRuns: 1000 },
  )
})
