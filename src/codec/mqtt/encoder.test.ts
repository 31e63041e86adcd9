import { expect, test } from 'vitest'
import vectors from '../../../tests/vectors/device-protocol-vectors.json' with { type: 'json' }
import { encode } from './encoder.ts'
import type { Packet, Publish } from './packets.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const publish: Publish = {
  type: 'publish',
  topic: 'a/b',
  payload: Buffer.from('hi'),
  qos: 1,
  retain: false,
  dup: false,
  packetId: 10,
}

test.each(vectors.connack_bytes_v311)(
  'vector $id: CONNACK $code of 3.1.1 is $hex',
  ({ code, hex: expected }) => {
    expect(hex(encode({ type: 'connack', sessionPresent: false, code }, 4))).toBe(expected)
  },
)

test('the acknowledgement of a report is four bytes on every level', () => {
  const puback: Packet = { type: 'puback', packetId: 0x1234, code: 0 }

  for (const level of [3, 4, 5] as const) expect(hex(encode(puback, level))).toBe('40021234')
})

test('device protocol §1.4: properties and reason codes are left out on 3.x', () => {
  const properties = { contentType: 'text/plain' }

  expect(hex(encode({ ...publish, properties }, 4))).toBe('32090003612f62000a6869')
  expect(hex(encode({ ...publish, properties: undefined }, 5))).toBe('320a0003612f62000a006869')
  expect(
    hex(encode({ type: 'puback', packetId: 1, code: 0x87, properties: { reasonString: 'no' } }, 4)),
  ).toBe('40020001')
  expect(hex(encode({ type: 'disconnect', code: 0x8e }, 4))).toBe('e000')
  expect(hex(encode({ type: 'disconnect', code: 0x8e }, 5))).toBe('e0018e')
})

test('[MQTT-2.2.2-1] a packet of 5.0 without properties says so with a length of 0', () => {
  expect(hex(encode({ type: 'connack', sessionPresent: false, code: 0 }, 5))).toBe('2003000000')
})

test('MQTT 5.0 §1.5.5: lengths of one to four bytes are written at their bounds', () => {
  const headers = [
    [127, '307f'],
    [128, '308001'],
    [16_383, '30ff7f'],
    [16_384, '30808001'],
    [2_097_151, '30ffff7f'],
    [2_097_152, '3080808001'],
  ] as const
  for (const [remaining, header] of headers) {
    for (const level of [4, 5] as const) {
      const payload = new Uint8Array(remaining - (level === 5 ? 4 : 3))
      const bytes = encode({ ...publish, topic: 't', qos: 0, packetId: undefined, payload }, level)
      expect(hex(bytes.subarray(0, header.length / 2))).toBe(header)
      expect(bytes.length).toBe(remaining + header.length / 2)
    }
  }
})

test.each<[string, Packet]>([
  ['a topic with a wildcard', { ...publish, topic: 'a/#' }],
  ['an empty topic without an alias', { ...publish, topic: '' }],
  ['a topic with U+0000', { ...publish, topic: 'a\0' }],
  ['a topic with a lone surrogate', { ...publish, topic: 'a\ud800' }],
  ['a packet id of 0', { ...publish, packetId: 0 }],
  ['no packet id', { ...publish, packetId: undefined }],
  ['a packet id above 65,535', { type: 'puback', packetId: 65_536, code: 0 }],
  ['DUP with QoS 0', { ...publish, qos: 0, packetId: undefined, dup: true }],
  ['a topic alias of 0', { ...publish, properties: { topicAlias: 0 } }],
  ['a property that does not belong', { ...publish, properties: { serverKeepAlive: 1 } }],
  ['a number out of range', { ...publish, properties: { messageExpiryInterval: 2 ** 32 } }],
  ['a text of 65,536 bytes', { ...publish, properties: { contentType: 'x'.repeat(65_536) } }],
  ['a code that PUBACK lacks', { type: 'puback', packetId: 1, code: 0x92 }],
  ['a code that CONNACK lacks', { type: 'connack', sessionPresent: false, code: 1 }],
  ['a refusal with a session', { type: 'connack', sessionPresent: true, code: 0x87 }],
  ['a code that DISCONNECT lacks', { type: 'disconnect', code: 0x85 }],
  ['a code that AUTH lacks', { type: 'auth', code: 0x80 }],
  ['SUBACK without a code', { type: 'suback', packetId: 1, codes: [] }],
  ['a code that SUBACK lacks', { type: 'suback', packetId: 1, codes: [3] }],
  ['UNSUBACK without a code', { type: 'unsuback', packetId: 1, codes: [] }],
  ['SUBSCRIBE without a filter', { type: 'subscribe', packetId: 1, filters: [] }],
  ['UNSUBSCRIBE with a bad filter', { type: 'unsubscribe', packetId: 1, filters: ['a#'] }],
])('%s is a mistake of ours and throws', (_what, packet) => {
  expect(() => encode(packet, 5)).toThrow(RangeError)
})

test('AUTH cannot be said on 3.x, nor a password without a user name', () => {
  const connect = {
    type: 'connect',
    protocolLevel: 4,
    clientId: 'c',
    cleanStart: true,
    keepAliveSeconds: 60,
  } as const

  expect(() => encode({ type: 'auth', code: 0x18 }, 4)).toThrow(RangeError)
  expect(() => encode({ ...connect, password: new Uint8Array(1) }, 4)).toThrow(RangeError)
})
