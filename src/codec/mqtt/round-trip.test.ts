import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  arbitraryClientPacket,
  arbitraryConnect,
  arbitraryServerPacket,
} from '../../../tests/support/arbitrary-packets.ts'
import { createDecoder } from './decoder.ts'
import type { Decoder } from './decoder.ts'
import { encode } from './encoder.ts'
import type { Packet, ProtocolLevel } from './packets.ts'

const levels: readonly ProtocolLevel[] = [3, 4, 5]

/** Everything the decoder answers to these pieces; binary fields become hex, so that views compare with copies. */
function decodeAll(decoder: Decoder, pieces: readonly Uint8Array[]): unknown[] {
  const answers: unknown[] = []
  for (const piece of pieces) {
    decoder.push(piece)
    for (let answer = decoder.next(); answer; answer = decoder.next())
      answers.push(plain(withPayload(answer)))
  }
  return answers
}

/** A received payload is looked at by a getter. */
function withPayload(answer: NonNullable<ReturnType<Decoder['next']>>): object {
  return answer.type === 'publish' ? Object.assign({}, answer, { payload: answer.payload }) : answer
}

function plain(value: object): unknown {
  const hex = (_key: string, item: unknown) =>
    item instanceof Uint8Array ? `hex:${Buffer.from(item).toString('hex')}` : item
  // Buffer has a toJSON of its own, which runs before the replacer.
  return JSON.parse(JSON.stringify(withoutBuffers(value), hex))
}

function withoutBuffers(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (Array.isArray(value)) return value.map(withoutBuffers)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutBuffers(item)]))
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [...sorted, bytes.length].map((end, i) => bytes.slice(sorted[i - 1] ?? 0, end))
}

function join(packets: readonly Packet[], level: ProtocolLevel): Uint8Array {
  return Buffer.concat(packets.map((packet) => encode(packet, level)))
}

for (const level of levels) {
  test(`level ${level}: what a client sends is decoded as it was encoded, however it is cut`, () => {
    const stream = fc.tuple(arbitraryConnect(level), fc.array(arbitraryClientPacket(level), { maxLength: 8 }))
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 10 }), ([connect, others], places) => {
        const packets = [connect, ...others]

        const answers = decodeAll(createDecoder(), cut(join(packets, level), places))

        expect(answers).toEqual(packets.map(plain))
      }),
      { numRuns: 300 },
    )
  })

  test(`level ${level}: what a server sends is decoded as it was encoded, however it is cut`, () => {
    const packets = fc.array(arbitraryServerPacket(level), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(packets, fc.array(fc.nat(), { maxLength: 10 }), (sent, places) => {
        const answers = decodeAll(createDecoder({ from: 'server', level }), cut(join(sent, level), places))

        expect(answers).toEqual(sent.map(plain))
      }),
      { numRuns: 300 },
    )
  })
}

const sample: readonly Packet[] = [
  {
    type: 'connect',
    protocolLevel: 5,
    clientId: 'dev1_0_0_2024060112',
    cleanStart: true,
    keepAliveSeconds: 120,
    username: 'dev1',
    password: new Uint8Array([1, 2, 3]),
    will: {
      topic: 'w',
      payload: new Uint8Array([4]),
      qos: 1,
      retain: true,
      properties: { willDelayInterval: 9 },
    },
    properties: { receiveMaximum: 20, userProperties: [['a', 'b']] },
  },
  {
    type: 'publish',
    topic: '$oc/devices/dev1/sys/properties/report',
    payload: new Uint8Array(200).fill(7),
    qos: 1,
    retain: false,
    dup: false,
    packetId: 1,
    properties: { topicAlias: 1 },
  },
  {
    type: 'publish',
    topic: '',
    payload: new Uint8Array(0),
    qos: 0,
    retain: false,
    dup: false,
    properties: { topicAlias: 1 },
  },
  {
    type: 'subscribe',
    packetId: 2,
    filters: [{ filter: 'a/#', qos: 1, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
  },
  { type: 'pingreq' },
  { type: 'disconnect', code: 0 },
]

test('every cut position of a stream yields the same packets, and so does one byte at a time', () => {
  const bytes = join(sample, 5)
  const whole = decodeAll(createDecoder(), [bytes])

  for (let place = 0; place <= bytes.length; place++) {
    expect(decodeAll(createDecoder(), [bytes.slice(0, place), bytes.slice(place)])).toEqual(whole)
  }
  expect(
    decodeAll(
      createDecoder(),
      [...bytes].map((byte) => Uint8Array.of(byte)),
    ),
  ).toEqual(whole)
  expect(whole).toEqual(sample.map(plain))
})

test('a read buffer may be used again as soon as next has answered undefined', () => {
  const bytes = join(sample, 5)
  const shared = Buffer.alloc(64)
  const decoder = createDecoder()
  const answers: unknown[] = []

  for (let at = 0; at < bytes.length; at += shared.length) {
    const piece = bytes.slice(at, at + shared.length)
    shared.set(piece)
    answers.push(...decodeAll(decoder, [shared.subarray(0, piece.length)]))
    shared.fill(0xff)
  }

  expect(answers).toEqual(sample.map(plain))
})

test('reading can pause after CONNECT: retain frees the read buffer, and the bound can be raised meanwhile (safety R9)', () => {
  const publish: Packet = { ...(sample[1] as Packet & { type: 'publish' }), payload: new Uint8Array(100_000) }
  const bytes = join([sample[0] as Packet, publish], 5)
  const decoder = createDecoder()
  decoder.push(bytes)
  expect(decoder.next()).toMatchObject({ type: 'connect' })

  decoder.retain()
  bytes.fill(0)
  decoder.setMaxPacketBytes(1_000_000)

  expect(decoder.next()).toMatchObject({ type: 'publish', topic: publish.topic })
  expect(decoder.bufferedBytes).toBe(0)
})

test('equal topics of a connection are one string, a longer or other one in between or not', () => {
  const topics = ['a/b', 'a/c', 'a/b', 'a/b', 'x'.repeat(300), 'a/b']
  const packets = topics.map((topic): Packet => ({
    type: 'publish',
    topic,
    payload: new Uint8Array(0),
    qos: 0,
    retain: false,
    dup: false,
  }))

  const answers = decodeAll(createDecoder({ level: 4 }), [join(packets, 4)])

  expect(answers).toEqual(packets.map(plain))
})
