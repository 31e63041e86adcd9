import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits } from '../base/limits.ts'
import type { Publish } from '../codec/mqtt/packets.ts'
import { answerReuse, puback, takePublish } from './publish.ts'
import type { Connected } from './session.ts'
import { Unanswered } from './unanswered.ts'

const connected = (protocolLevel: 3 | 4 | 5): Connected => ({
  phase: 'connected',
  client: {
    protocolLevel,
    packetBytesMax: Number.POSITIVE_INFINITY,
    wantsReasons: true,
    receiveMaximum: 100,
    sessionExpirySeconds: 0,
  },
  silenceMillisMax: 90_000,
  subscriptions: new Map(),
  topicAliases: new Map(),
})

const aPublish = (fields: Partial<Publish> = {}): Publish => ({
  type: 'publish',
  topic: 't',
  payload: new Uint8Array(),
  qos: 1,
  packetId: 1,
  retain: false,
  dup: false,
  ...fields,
})

const take = (level: 3 | 4 | 5, fields: Partial<Publish>) =>
  takePublish(connected(level), aPublish(fields), new Unanswered(), limits)

test('[MQTT-3.2.2-11] QoS 2 is not offered; [MQTT-3.2.2-14] retain is told on 5.0 alone', () => {
  expect(take(4, { qos: 2 })).toMatchObject({ clause: '[MQTT-3.2.2-11]' })
  expect(take(5, { retain: true })).toMatchObject({ clause: '[MQTT-3.2.2-14]' })
  expect(take(4, { retain: true })).toBe('t')
  expect(take(5, { properties: { subscriptionIdentifiers: [1] } })).toMatchObject({
    clause: '[MQTT-3.3.4-6]',
  })
})

test('MQTT 5.0 §3.3.2.3.4: an alias stands for the topic it was given with, on its own connection', () => {
  const state = connected(5)
  const on = (fields: Partial<Publish>) => takePublish(state, aPublish(fields), new Unanswered(), limits)

  expect(on({ topic: 'a', properties: { topicAlias: 1 } })).toBe('a')
  expect(on({ topic: '', properties: { topicAlias: 1 } })).toBe('a')
  expect(on({ topic: 'b', properties: { topicAlias: 1 } })).toBe('b')
  expect(on({ topic: '', properties: { topicAlias: 1 } })).toBe('b')
  expect(on({ topic: '', properties: { topicAlias: 2 } })).toMatchObject({ code: 0x82 })
  expect(on({ topic: 'c', properties: { topicAlias: 0 } })).toMatchObject({ code: 0x94 })
  expect(on({ topic: 'c', properties: { topicAlias: limits.topicAliasMax + 1 } })).toMatchObject({
    code: 0x94,
  })
  expect(on({ topic: '' })).toMatchObject({ code: 0x82 })
})

test('[MQTT-3.3.4-7] a 5.0 client that exceeds the Receive Maximum is told; QoS 0 is not counted', () => {
  const unanswered = new Unanswered()
  for (let packetId = 1; packetId < limits.inflightMax; packetId++) unanswered.add(packetId)
  unanswered.add(0)
  const on = () => takePublish(connected(5), aPublish({ packetId: 9999 }), unanswered, limits)

  expect(on()).toBe('t')
  unanswered.add(limits.inflightMax)
  expect(on()).toMatchObject({ code: 0x93 })
  expect(takePublish(connected(4), aPublish(), unanswered, limits)).toBe('t')
})

test('[MQTT-4.4.0-1] a packet id in use is told to 5.0; a 3.x client may send it again with DUP', () => {
  const unanswered = new Unanswered()
  unanswered.add(1)

  expect(answerReuse(connected(5), 1, unanswered)).toEqual({ reasonCode: 0x91 })
  expect(answerReuse(connected(5), 2, unanswered)).toBeUndefined()
  expect(answerReuse(connected(4), 1, unanswered)).toBeUndefined()
})

test('MQTT 5.0 §3.4.2.1: PUBACK has no 0x95, so a payload that was too large exceeds a quota', () => {
  expect(puback(connected(5).client, 1, { reasonCode: 0x95 })).toMatchObject({ type: 'puback', code: 0x97 })
})

test('[MQTT-4.6.0-2] an answer waits for those of earlier publishes', () => {
  const unanswered = new Unanswered()
  const [first, second] = [unanswered.add(1), unanswered.add(2)]

  unanswered.answer(second, { reasonCode: 2 })
  expect(unanswered.dueAnswer).toBeUndefined()
  unanswered.answer(first, { reasonCode: 1 })

  expect([unanswered.dueAnswer, unanswered.takeDue()]).toEqual([{ reasonCode: 1 }, 1])
  expect([unanswered.dueAnswer, unanswered.takeDue()]).toEqual([{ reasonCode: 2 }, 2])
  expect(unanswered.size).toBe(0)
})

test('property: however answers come, each packet id is due once, in the order of the publishes', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 2000 }), (moves) => {
      const unanswered = new Unanswered()
      const open: number[] = []
      const due: number[] = []
      let added = 0
      for (const move of moves) {
        if (move > 8 || open.length === 0) open.push(unanswered.add(++added))
        else {
          const [ticket = 0] = open.splice(move % open.length, 1)
          unanswered.answer(ticket, { reasonCode: 0 })
          unanswered.answer(ticket + 100_000, { reasonCode: 0 })
        }
        while (unanswered.dueAnswer) due.push(unanswered.takeDue())
        expect(unanswered.size).toBe(added - due.length)
      }
      for (const ticket of open) unanswered.answer(ticket, { reasonCode: 0 })
      while (unanswered.dueAnswer) due.push(unanswered.takeDue())

      expect(due).toEqual(Array.from({ length: added }, (_, index) => index + 1))
      expect([unanswered.size, unanswered.acknowledged]).toEqual([0, 0])
    }),
  )
})
