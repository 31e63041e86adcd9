import { expect, test } from 'vitest'
import { publishTemplates, subscribeTemplates, type TopicOfList } from './templates.ts'

const topic = (name: string, path: string, direction: 'up' | 'down', supported = true): TopicOfList => ({
  ...{ name, topic: path, direction, supported, purpose: name },
})
const topics = [
  topic('property-report', '$oc/devices/{device_id}/sys/properties/report', 'up'),
  topic('command-response', '$oc/devices/{device_id}/sys/commands/response/request_id={request_id}', 'up'),
  topic('bootstrap-up', '$oc/devices/{device_id}/sys/bootstrap/up', 'up', false),
  topic(
    'bridge-login',
    '$oc/bridges/{bridge_id}/devices/{device_id}/sys/login/request_id={request_id}',
    'up',
  ),
  topic('command', '$oc/devices/{device_id}/sys/commands/request_id={request_id}', 'down'),
]
const facts = { deviceId: 'd1', report: undefined, requestId: 'r1', now: 5 }

test('what a device may publish is filled in for it; what is not served, or for bridges, is left out', () => {
  const made = publishTemplates(topics, { ...facts, report: { services: [] } })

  expect(made.map(({ topic: path }) => path)).toEqual([
    '$oc/devices/d1/sys/properties/report',
    '$oc/devices/d1/sys/commands/response/request_id=r1',
  ])
  expect(JSON.parse(made[0]?.payload ?? '')).toEqual({ services: [] })
})

test('a request id becomes a wildcard in a filter', () => {
  expect(subscribeTemplates(topics, 'd1').map(({ topic: path }) => path)).toEqual([
    '$oc/devices/d1/sys/commands/#',
  ])
})
