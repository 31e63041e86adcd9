import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits } from '../base/limits.ts'
import type { Connect, Packet, Publish } from '../codec/mqtt/packets.ts'
import {
  type Connected,
  openSession,
  type SessionContext,
  type SessionEvent,
  type SessionState,
} from './session.ts'
import { step } from './step.ts'

const at = (now: number): SessionContext => ({ now, limits, maySubscribe: () => 'granted' })

const aConnect = (fields: Partial<Connect> = {}): Connect => ({
  type: 'connect',
  protocolLevel: 4,
  clientId: 'c',
  cleanStart: true,
  keepAliveSeconds: 60,
  ...fields,
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

/** The state after these events, all at time 0. */
function after(...events: readonly SessionEvent[]): SessionState {
  return events.reduce<SessionState>((state, event) => step(state, event, at(0)).state, openSession(0))
}

function connected(fields: Partial<Connect> = {}, ...events: readonly SessionEvent[]): SessionState {
  return after({ kind: 'packet', packet: aConnect(fields) }, { kind: 'admitted' }, ...events)
}

const kinds = (state: SessionState, event: SessionEvent, now = 0) =>
  step(state, event, at(now)).effects.map((effect) =>
    effect.kind === 'send' ? effect.packet.type : effect.kind,
  )

test('[MQTT-3.1.0-1] a packet before CONNECT closes without an answer', () => {
  const { state, effects } = step(openSession(0), { kind: 'packet', packet: { type: 'pingreq' } }, at(0))

  expect(state.phase).toBe('closed')
  expect(effects).toMatchObject([{ kind: 'close', cause: 'packet-before-connect' }])
})

test('R9: ten seconds without CONNECT, not a moment less', () => {
  expect(kinds(openSession(0), { kind: 'tick', held: false }, 9_999)).toEqual([])
  expect(kinds(openSession(0), { kind: 'tick', held: false }, 10_000)).toEqual(['close'])
})

for (const [seconds, silence] of [
  [30, 45_000],
  [60, 90_000],
  [120, 180_000],
  [1200, 1_800_000],
] as const)
  test(`device protocol §1.3, vectors KA3–KA6: keep alive ${seconds} s lasts ${silence} ms`, () => {
    const state = connected({ keepAliveSeconds: seconds })

    expect(kinds(state, { kind: 'tick', held: false }, silence - 1)).toEqual([])
    expect(kinds(state, { kind: 'tick', held: false }, silence)).toEqual(['close'])
  })

test('CVE-2020-13849: a keep alive of 0, if it is let in, ends like the longest one', () => {
  expect(connected({ keepAliveSeconds: 0 })).toMatchObject({ silenceMillisMax: 1_800_000 })
})

test('R11: while we do not read, silence is not held against the device', () => {
  const held = step(connected(), { kind: 'tick', held: true }, at(90_000)).state

  expect(kinds(held, { kind: 'tick', held: false }, 179_999)).toEqual([])
  expect(kinds(held, { kind: 'tick', held: false }, 180_000)).toEqual(['close'])
})

test('[MQTT-4.6.0-2] an answer waits for those of earlier publishes', () => {
  const two = connected(
    {},
    { kind: 'packet', packet: aPublish({ packetId: 1 }) },
    { kind: 'packet', packet: aPublish({ packetId: 2 }) },
  )

  const early = step(two, { kind: 'answered', publish: 2, answer: { reasonCode: 0 } }, at(0))
  expect(early.effects).toEqual([])
  const both = step(early.state, { kind: 'answered', publish: 1, answer: { reasonCode: 0 } }, at(0))

  expect(both.effects).toMatchObject([{ packet: { packetId: 1 } }, { packet: { packetId: 2 } }])
  expect((both.state as Connected).unanswered).toEqual([])
})

test('a 3.x client may send a packet id again with DUP; each is handed on and acknowledged', () => {
  const one = connected({}, { kind: 'packet', packet: aPublish() })

  const again = step(one, { kind: 'packet', packet: aPublish({ dup: true }) }, at(0))

  expect(again.effects).toMatchObject([{ kind: 'publish', number: 2, publish: { dup: true } }])
  expect((again.state as Connected).unanswered).toHaveLength(2)
})

test('MQTT 5.0 §3.4.2.1: PUBACK has no 0x95, so a payload that was too large exceeds a quota', () => {
  const one = connected({ protocolLevel: 5 }, { kind: 'packet', packet: aPublish() })

  const { effects } = step(one, { kind: 'answered', publish: 1, answer: { reasonCode: 0x95 } }, at(0))

  expect(effects).toMatchObject([{ packet: { type: 'puback', code: 0x97 } }])
})

test('an answer to what was never asked changes nothing', () => {
  const state = connected()

  expect(step(state, { kind: 'answered', publish: 9, answer: { reasonCode: 0 } }, at(0))).toEqual({
    state,
    effects: [],
  })
})

test('property: whatever a client sends, the session neither throws nor lives on after its end, and its queues are bounded', () => {
  const packets: readonly Packet[] = [
    aConnect({ protocolLevel: 5 }),
    aPublish(),
    aPublish({ qos: 0 }),
    aPublish({ qos: 2 }),
    aPublish({ retain: true }),
    aPublish({ topic: '', properties: { topicAlias: 1 } }),
    aPublish({ properties: { topicAlias: 1 } }),
    { type: 'puback', packetId: 1, code: 0 },
    { type: 'pubrel', packetId: 1, code: 0 },
    { type: 'connack', sessionPresent: false, code: 0 },
    { type: 'pingreq' },
    { type: 'auth', code: 0x18 },
    { type: 'disconnect', code: 0 },
    { type: 'unsubscribe', packetId: 1, filters: ['a'] },
    {
      type: 'subscribe',
      packetId: 1,
      filters: [{ filter: 'a', qos: 2, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
    },
  ]
  const event = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(...packets).map((packet): SessionEvent => ({ kind: 'packet', packet })),
    },
    {
      weight: 3,
      arbitrary: fc
        .integer({ min: 1, max: 9 })
        .map((publish): SessionEvent => ({ kind: 'answered', publish, answer: { reasonCode: 0 } })),
    },
    { weight: 1, arbitrary: fc.constant<SessionEvent>({ kind: 'tick', held: false }) },
  )
  fc.assert(
    fc.property(
      fc.constantFrom(3 as const, 4 as const, 5 as const),
      fc.array(event),
      (protocolLevel, events) => {
        let state = connected({ protocolLevel })
        for (const one of events) {
          const wasClosed = state.phase === 'closed'
          const next = step(state, one, at(0))
          const staysClosed = next.state.phase === 'closed' && next.effects.length === 0
          expect(!wasClosed || staysClosed).toBe(true)
          state = next.state
          const waiting = state.phase === 'connected' ? state.unanswered.length : 0
          expect(waiting).toBeLessThanOrEqual(protocolLevel === 5 ? limits.inflightMax : events.length)
        }
      },
    ),
  )
})
