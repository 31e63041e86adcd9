import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { anUplink, PROJECT } from '../../tests/support/builders.ts'
import type { DeviceId } from '../base/ids.ts'
import type { DevicePlace } from '../domain/device/place.ts'
import type { Uplink } from '../domain/uplink/uplink.ts'
import { objectDevice } from './object-device.ts'

const GATEWAY = 'gw' as DeviceId
const places: Readonly<Record<string, DevicePlace>> = {
  child: { projectId: PROJECT, productKey: 'p', gatewayId: GATEWAY },
  foreign: { projectId: PROJECT, productKey: 'p', gatewayId: 'other' as DeviceId },
}

const ofPayload = (payload: unknown, over: Partial<Uplink> = {}) =>
  objectDevice(
    anUplink({
      kind: 'message-up',
      deviceId: GATEWAY,
      topic: '$oc/devices/gw/sys/messages/up',
      payload: Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
      ...over,
    }),
    (id) => places[id],
  )

for (const topic of [
  '$oc/devices/gw/sys/messages/up',
  '$oc/devices/gw/sys/sub_device_manage/messages/up?x=1',
])
  test(`device protocol §3.0.3, §3.14: a message on ${topic} that names a child is the child's`, () => {
    expect(ofPayload({ object_device_id: 'child', content: 'x' }, { topic })).toEqual({ deviceId: 'child' })
  })

test('device protocol §3.8.1: an event that names a child is the child’s, whatever else stands in it', () => {
  const event = { object_device_id: 'child', services: [], more: 1 }

  expect(ofPayload(event, { kind: 'event-up', topic: '$oc/devices/gw/sys/events/up' })).toEqual({
    deviceId: 'child',
  })
})

for (const named of ['foreign', 'nobody', 'bad id'])
  test(`S5: one that names ${named} stays the gateway's, with a notice`, () => {
    expect(ofPayload({ object_device_id: named, content: 'x' })).toMatchObject({
      deviceId: 'gw',
      notice: {
        kind: 'notice',
        deviceId: 'gw',
        body: { code: 'object-device-foreign', params: { device: named } },
      },
    })
  })

for (const [what, payload] of [
  ['names nobody', { content: 'x' }],
  ['names null', { object_device_id: null, content: 'x' }],
  ['names an empty id', { object_device_id: '', content: 'x' }],
  ['names itself', { object_device_id: 'gw', content: 'x' }],
  ['names a number', { object_device_id: 7, content: 'x' }],
  ['is no standard form', { object_device_id: 'child', content: 'x', more: 1 }],
  ['is no JSON', '{"object_device_id"'],
  ['is a list', '["object_device_id"]'],
] as const)
  test(`device protocol §3.0.3, §3.1: a message that ${what} is the sender's`, () => {
    expect(ofPayload(payload)).toEqual({ deviceId: 'gw' })
  })

for (const topic of ['$oc/devices/gw/user/sys/a', 'custom/topic'])
  test(`device protocol §3.11: what is published on ${topic} is not looked into`, () => {
    expect(ofPayload({ object_device_id: 'child', content: 'x' }, { topic })).toEqual({ deviceId: 'gw' })
  })
