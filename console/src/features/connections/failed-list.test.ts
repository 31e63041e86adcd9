import { expect, test } from 'vitest'
import type { ConnectionVerdict } from '../../api/types.ts'
import { grouped, isSpan } from './failed-list.ts'

const aVerdict = (
  id: string,
  subject: Readonly<Record<string, unknown>>,
  code = 'password-wrong',
): ConnectionVerdict => ({
  id,
  kind: 'connection',
  outcome: 'refused',
  code,
  sentence: '',
  remedy: '',
  at: `2026-11-22T12:00:0${id}.000Z`,
  duration_us: 1,
  subject,
  params: {},
  steps: [],
  answer: { mqtt: 4, mqtt5: null, http: null },
})

test('the same client refused for the same reason is one line, told by the newest, with its count', () => {
  const lamp = { client_id: 'lamp_0_0_2026112212' }

  const groups = grouped([
    aVerdict('5', lamp),
    aVerdict('4', { client_id: 'pump_0_0_2026112212' }),
    aVerdict('3', lamp, 'device-unknown'),
    aVerdict('2', lamp),
  ])

  expect(groups.map(({ verdict, count, since }) => [verdict.id, count, since])).toEqual([
    ['5', 2, '2026-11-22T12:00:02.000Z'],
    ['4', 1, '2026-11-22T12:00:04.000Z'],
    ['3', 1, '2026-11-22T12:00:03.000Z'],
  ])
})

test('who said no client id is known by the address, whatever the port', () => {
  const groups = grouped([
    aVerdict('2', { address: '192.0.2.7:50515' }),
    aVerdict('1', { address: '192.0.2.7:50514' }),
    aVerdict('0', { address: '192.0.2.8:50514' }),
  ])

  expect(groups.map(({ count }) => count)).toEqual([2, 1])
})

test('a span that an address names is one of ours, or none', () => {
  expect([isSpan('24h'), isSpan('constructor'), isSpan(undefined)]).toEqual([true, false, false])
})
