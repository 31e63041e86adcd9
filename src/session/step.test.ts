import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits } from '../base/limits.ts'
import type { Connect, Packet, Publish } from '../codec/mqtt/packets.ts'
import { openSession, type SessionContext, type SessionEvent, type SessionState } from './session.ts'
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
  expect(kinds(openSession(0), { kind: 'tick', heardAt: 0 }, 9_999)).toEqual([])
  expect(kinds(openSession(0), { kind: 'tick', heardAt: 0 }, 10_000)).toEqual(['close'])
})

for (const [seconds, silence] of [
  [30, 45_000],
  [60, 90_000],
  [120, 180_000],
  [1200, 1_800_000],
] as const)
  test(`device protocol §1.3, vectors KA3–KA6: keep alive ${seconds} s lasts ${silence} ms`, () => {
    const state = connected({ keepAliveSeconds: seconds })

    expect(kinds(state, { kind: 'tick', heardAt: 0 }, silence - 1)).toEqual([])
    expect(kinds(state, { kind: 'tick', heardAt: 0 }, silence)).toEqual(['close'])
  })

test('CVE-2020-13849: a keep alive of 0, if it is let in, ends like the longest one', () => {
  expect(connected({ keepAliveSeconds: 0 })).toMatchObject({ silenceMillisMax: 1_800_000 })
})

test('R11: silence counts from when the client could last be heard', () => {
  expect(kinds(connected(), { kind: 'tick', heardAt: 90_000 }, 179_999)).toEqual([])
  expect(kinds(connected(), { kind: 'tick', heardAt: 90_000 }, 180_000)).toEqual(['close'])
})

test('property: whatever a client sends, the session neither throws nor lives on after its end, and its queues are bounded', () => {
  const packets: readonly Exclude<Packet, Publish>[] = [
    aConnect({ protocolLevel: 5 }),
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
      weight: 1,
      arbitrary: fc.constant<SessionEvent>({
        kind: 'publish-refused',
        error: { code: 0x94, clause: '', detail: '' },
      }),
    },
    { weight: 1, arbitrary: fc.constant<SessionEvent>({ kind: 'tick', heardAt: 0 }) },
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
          const subscriptions = state.phase === 'connected' ? state.subscriptions.size : 0
          expect(subscriptions).toBeLessThanOrEqual(limits.subscriptionsPerConnectionMax)
        }
      },
    ),
  )
})
