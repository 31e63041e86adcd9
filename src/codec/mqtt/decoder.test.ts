import { expect, test } from 'vitest'
import { limits } from '../../base/limits.ts'
import { createDecoder } from './decoder.ts'
import type { DecoderOptions } from './decoder.ts'
import type { Packet, ProtocolLevel } from './packets.ts'
import type { ProtocolError } from './protocol-error.ts'

/** Bytes from hex digits, blanks for reading, and `'text'` for ASCII. */
function bytes(notation: string): Uint8Array {
  return Buffer.concat(
    [...notation.matchAll(/'([^']*)'|([0-9a-f]{2})/g)].map(([, text, hex]) =>
      text === undefined ? Buffer.from(hex ?? '', 'hex') : Buffer.from(text),
    ),
  )
}

/** A packet of this first byte and body, the remaining length put in between. */
function packet(first: number, body: string | Uint8Array): Uint8Array {
  const content = typeof body === 'string' ? bytes(body) : body
  const length: number[] = []
  for (let rest = content.length, more = true; more; rest >>= 7) {
    more = rest > 127
    length.push((rest & 127) | (more ? 128 : 0))
  }
  return Buffer.concat([Uint8Array.of(first, ...length), content])
}

function decode(input: Uint8Array, options: DecoderOptions = {}): Packet | ProtocolError | undefined {
  const decoder = createDecoder(options)
  decoder.push(input)
  return decoder.next()
}

const string = (text: string) => `${text.length.toString(16).padStart(4, '0')} '${text}'`
const V4 = `${string('MQTT')} 04`
const V5 = `${string('MQTT')} 05`
const connect = (body: string) => decode(packet(0x10, body))
const at = (level: ProtocolLevel) => (first: number, body: string | Uint8Array) =>
  decode(packet(first, body), { level })
const [v3, v4, v5] = [at(3), at(4), at(5)]
const fromServer = (level: ProtocolLevel) => (first: number, body: string) =>
  decode(packet(first, body), { level, from: 'server' })

const refused = (code: number, clause: string, more: object = {}) =>
  expect.objectContaining({ type: 'protocol-error', code, clause, ...more })

// The first packet

test.each([
  [0x16, 'TLS'],
  [0x47, 'HTTP'],
  [0xc0, 'CONNECT'],
])('[MQTT-3.1.0-1] a first byte of %i is refused before anything follows it (safety R9)', (first, word) => {
  const answer = decode(Uint8Array.of(first))

  expect(answer).toEqual(refused(0x82, '[MQTT-3.1.0-1]', { detail: expect.stringContaining(word) }))
})

test('[MQTT-3.1.0-2] a second CONNECT is refused', () => {
  const once = packet(0x10, `${V4} 02 003c ${string('c')}`)
  const decoder = createDecoder()
  decoder.push(Buffer.concat([once, once]))

  expect(decoder.next()).toMatchObject({ type: 'connect' })
  expect(decoder.next()).toEqual(refused(0x82, '[MQTT-3.1.0-2]'))
})

test('safety R9: a length above the bound is refused as soon as it is declared, before CONNECT with 64 KiB', () => {
  expect(decode(bytes('10 fb ff 03'))).toBeUndefined()
  expect(decode(bytes('10 fd ff 03'))).toEqual(refused(0x95, 'safety R9'))
  expect(decode(bytes('10 ff ff ff 7f'))).toEqual(refused(0x95, 'safety R9'))
})

test('safety R9: no memory is reserved by a declared length', () => {
  const before = process.memoryUsage().arrayBuffers
  const decoders = Array.from({ length: 1000 }, () => {
    const decoder = createDecoder({ maxPacketBytes: 300_000_000 })
    decoder.push(bytes('10 ff ff ff 7f 00'))
    expect(decoder.next()).toBeUndefined()
    return decoder
  })

  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000)
  expect(decoders.every(({ bufferedBytes }) => bufferedBytes === 6)).toBe(true)
})

test('safety R10: after CONNECT the bound that was set holds for the whole packet, header included', () => {
  const publish = packet(0x30, `${string('t')} ${'00'.repeat(95)}`)
  expect(publish.length).toBe(100)

  expect(decode(publish, { level: 5, maxPacketBytes: 100 })).toMatchObject({ type: 'publish' })
  expect(decode(publish, { level: 5, maxPacketBytes: 99 })).toEqual(refused(0x95, 'safety R10'))
})

test('after a protocol error nothing is answered any more, whatever arrives', () => {
  const decoder = createDecoder()
  decoder.push(bytes('00'))
  expect(decoder.next()).toMatchObject({ type: 'protocol-error' })

  decoder.push(packet(0x10, `${V4} 02 003c ${string('c')}`))

  expect(decoder.next()).toBeUndefined()
  expect(decoder.bufferedBytes).toBe(0)
})

test('pushing over bytes that were not read is a mistake of the caller', () => {
  const decoder = createDecoder({ level: 4 })
  decoder.push(bytes('c000 c000'))
  decoder.next()

  expect(() => decoder.push(bytes('c000'))).toThrow('retain')
})

// The fixed header

test('[MQTT-2.1.3-1] [MQTT-2.2.2-2] reserved flags of every packet are checked', () => {
  for (const type of [4, 5, 7, 12, 14]) {
    expect(v5((type << 4) | 1, '0001')).toEqual(refused(0x81, '[MQTT-2.1.3-1]'))
    expect(v4((type << 4) | 1, '0001')).toEqual(refused(0x81, '[MQTT-2.2.2-2]'))
  }
  for (const type of [6, 8, 10]) {
    expect(v5(type << 4, '0001')).toEqual(refused(0x81, '[MQTT-2.1.3-1]'))
    expect(v4((type << 4) | 0x0a, '0001')).toEqual(refused(0x81, '[MQTT-2.2.2-2]'))
  }
  expect(decode(bytes('11'))).toEqual(refused(0x82, '[MQTT-3.1.0-1]'))
})

test('MQTT 3.1 §2.1: on level 3 alone DUP may be set on a repeated SUBSCRIBE, UNSUBSCRIBE or PUBREL', () => {
  expect(v3(0x8a, `0001 ${string('a')} 01`)).toMatchObject({ type: 'subscribe' })
  expect(v3(0xaa, `0001 ${string('a')}`)).toMatchObject({ type: 'unsubscribe' })
  expect(v3(0x6a, '0001')).toMatchObject({ type: 'pubrel' })
  expect(v3(0x83, `0001 ${string('a')} 01`)).toMatchObject({ type: 'protocol-error' })
})

test('MQTT 5.0 §2.1.2: packet type 0 is refused, and AUTH on 3.x', () => {
  expect(v5(0x00, '')).toEqual(refused(0x81, 'MQTT 5.0 §2.1.2'))
  expect(v4(0xf0, '')).toEqual(refused(0x82, 'MQTT 3.1.1 §2.2.1'))
})

test('MQTT 5.0 §2.1.2: what only a server sends is refused from a client, and the other way round', () => {
  for (const first of [0x20, 0x90, 0xb0, 0xd0]) {
    expect(v5(first, '0000')).toEqual(refused(0x82, 'MQTT 5.0 §2.1.2'))
    expect(v4(first, '0000')).toEqual(refused(0x82, 'MQTT 3.1.1 §2.2.1'))
  }
  for (const first of [0x10, 0x82, 0xa2, 0xc0]) {
    expect(fromServer(5)(first, '0000')).toEqual(refused(0x82, 'MQTT 5.0 §2.1.2'))
  }
  expect(fromServer(4)(0xe0, '')).toEqual(refused(0x82, 'MQTT 3.1.1 §2.2.1'))
})

test('[MQTT-1.5.5-1] a remaining length is one to four bytes in the shortest form', () => {
  expect(decode(bytes('c0 80 00'), { level: 5 })).toEqual(refused(0x81, '[MQTT-1.5.5-1]'))
  expect(decode(bytes('30 ff ff ff ff'), { level: 5 })).toEqual(refused(0x81, '[MQTT-1.5.5-1]'))
  expect(decode(bytes('30 ff ff ff ff 7f'), { level: 4 })).toEqual(refused(0x81, 'MQTT 3.1.1 §2.2.3'))
})

test('safety R15: leftovers are refused in every packet whose length is fixed', () => {
  for (const [first, body] of [
    [0xc0, '00'],
    [0xe0, '00'],
    [0x40, '0001 00'],
    [0x62, '0001 00'],
  ] as const) {
    expect(v4(first, body)).toEqual(refused(0x81, 'MQTT 3.1.1 §2.2.3'))
  }
  expect(v5(0xc0, '00')).toEqual(refused(0x81, 'MQTT 5.0 §2.1.4'))
  expect(v5(0x40, '0001 00 00 00')).toEqual(refused(0x81, 'MQTT 5.0 §2.1.4'))
  expect(v5(0xe0, '00 00 00')).toEqual(refused(0x81, 'MQTT 5.0 §2.1.4'))
  expect(connect(`${V4} 02 003c ${string('c')} 00`)).toEqual(refused(0x81, 'MQTT 3.1.1 §2.2.3'))
})

test('safety R15: a packet that ends inside a field is refused', () => {
  const complete = bytes(
    `${V4} f6 003c ${string('c')} ${string('w')} ${string('p')} ${string('u')} ${string('s')}`,
  )
  expect(decode(packet(0x10, complete))).toMatchObject({ type: 'connect', will: { topic: 'w', qos: 2 } })

  for (let length = 0; length < complete.length; length++) {
    expect(decode(packet(0x10, complete.subarray(0, length)))).toMatchObject({ type: 'protocol-error' })
  }
})

// Text

test.each([
  ['a surrogate', 'eda080'],
  ['an overlong slash', 'c0af'],
  ['a continuation byte alone', '80'],
  ['a code point above U+10FFFF', 'f4908080'],
  ['a sequence cut short', 'e282'],
])('[MQTT-1.5.4-1] [MQTT-1.5.3-1] %s in a text is refused', (_what, hex) => {
  const topic = `${(hex.length / 2 + 1).toString(16).padStart(4, '0')} 'a' ${hex}`

  expect(v5(0x30, `${topic} 00`)).toEqual(refused(0x81, '[MQTT-1.5.4-1]'))
  expect(v4(0x30, topic)).toEqual(refused(0x81, '[MQTT-1.5.3-1]'))
})

test('[MQTT-1.5.4-2] [MQTT-1.5.3-2] U+0000 in a text is refused, long texts included', () => {
  expect(v5(0x30, `0003 'a' 00 'b' 00`)).toEqual(refused(0x81, '[MQTT-1.5.4-2]'))
  expect(v4(0x30, `0003 'a' 00 'b'`)).toEqual(refused(0x81, '[MQTT-1.5.3-2]'))
  expect(v4(0x30, `00c9 ${`'x'`.repeat(200)} 00`)).toEqual(refused(0x81, '[MQTT-1.5.3-2]'))
})

test('[MQTT-1.5.4-3] [MQTT-1.5.3-3] a byte order mark is a character like any other', () => {
  expect(v4(0x30, `0004 efbbbf 'a'`)).toMatchObject({ topic: '\uFEFFa' })
})

// CONNECT

test('device protocol §1.3: CONNECT of all three levels is read', () => {
  const rest = `c2 0078 ${string('dev1_0_0_2024060112')}`

  expect(connect(`${string('MQIsdp')} 03 ${rest} ${string('dev1')} ${string('pw')}`)).toEqual({
    type: 'connect',
    protocolLevel: 3,
    clientId: 'dev1_0_0_2024060112',
    cleanStart: true,
    keepAliveSeconds: 120,
    username: 'dev1',
    password: new Uint8Array([0x70, 0x77]),
  })
  expect(connect(`${V4} ${rest} ${string('dev1')} ${string('pw')}`)).toMatchObject({ protocolLevel: 4 })
  expect(connect(`${V5} c2 0078 00 ${string('d')} ${string('dev1')} ${string('pw')}`)).toMatchObject({
    protocolLevel: 5,
    username: 'dev1',
  })
})

test('device protocol §1.6: a client id longer than the 23 characters of MQTT 3.1 is passed on, and an empty one', () => {
  const long = 'x'.repeat(128)

  expect(connect(`${string('MQIsdp')} 03 02 003c ${string(long)}`)).toMatchObject({ clientId: long })
  expect(connect(`${V4} 00 003c 0000`)).toMatchObject({ clientId: '', cleanStart: false })
})

test.each([
  ['a level of 6', `${string('MQTT')} 06`, '[MQTT-3.1.2-2]', { level: 5, code: 0x84 }],
  ['a level of 2', `${string('MQTT')} 02`, '[MQTT-3.1.2-2]', { level: 4, code: 1 }],
  ['the level 3 with the name MQTT', `${string('MQTT')} 03`, '[MQTT-3.1.2-2]', { level: 4, code: 1 }],
  ['the level 4 with the name MQIsdp', `${string('MQIsdp')} 04`, '[MQTT-3.1.2-2]', { level: 4, code: 1 }],
  ['a bridge of mosquitto', `${string('MQTT')} 84`, '[MQTT-3.1.2-2]', { level: 4, code: 1 }],
  ['another protocol name', `${string('AMQP')} 04`, '[MQTT-3.1.2-1]', { level: 4, code: 1 }],
])(
  '[MQTT-3.1.2-1] [MQTT-3.1.2-2] %s is refused with the CONNACK its sender can read',
  (_what, head, clause, connack) => {
    expect(connect(`${head} 02 003c ${string('c')}`)).toEqual(refused(0x84, clause, { connack }))
  },
)

test('[MQTT-3.1.2-3] the reserved connect flag must be 0', () => {
  expect(connect(`${V4} 03 003c ${string('c')}`)).toEqual(refused(0x81, '[MQTT-3.1.2-3]', {}))
  expect(connect(`${V5} 03 003c 00 ${string('c')}`)).toEqual(
    refused(0x81, '[MQTT-3.1.2-3]', { connack: { level: 5, code: 0x81 } }),
  )
})

test('a malformed CONNECT of 3.x is closed without a CONNACK, since 3.x has no code for it', () => {
  expect(connect(`${V4} 03 003c ${string('c')}`)).not.toHaveProperty('connack')
})

test.each([
  ['a will QoS of 3', '1e', '[MQTT-3.1.2-14]', '[MQTT-3.1.2-12]'],
  ['a will QoS without a will', '0a', '[MQTT-3.1.2-13]', '[MQTT-3.1.2-11]'],
  ['will retain without a will', '22', '[MQTT-3.1.2-15]', '[MQTT-3.1.2-13]'],
])('[MQTT-3.1.2-11] to [MQTT-3.1.2-15] %s is refused', (_what, flags, clause3, clause5) => {
  expect(connect(`${V4} ${flags} 003c ${string('c')}`)).toEqual(refused(0x81, clause3))
  expect(connect(`${V5} ${flags} 003c 00 ${string('c')}`)).toEqual(refused(0x81, clause5))
})

test('[MQTT-3.1.2-22] a password without a user name is refused on 3.x and taken on 5.0', () => {
  expect(connect(`${V4} 42 003c ${string('c')} ${string('p')}`)).toEqual(refused(0x81, '[MQTT-3.1.2-22]'))
  expect(connect(`${V5} 42 003c 00 ${string('c')} ${string('p')}`)).toMatchObject({
    password: new Uint8Array([0x70]),
  })
})

test('MQTT 3.1 §3.1: the remaining length wins over the flags of user name and password, on level 3 alone', () => {
  expect(connect(`${string('MQIsdp')} 03 c2 003c ${string('c')}`)).toMatchObject({ type: 'connect' })
  expect(connect(`${V4} c2 003c ${string('c')}`)).toEqual(refused(0x81, 'MQTT 3.1.1 §2.2.3'))
})

test('safety §4: a will topic with wildcards, none at all, or of more than 128 levels is refused', () => {
  const will = (topic: string) =>
    connect(`${V5} 06 003c 00 ${string('c')} 00 ${string(topic)} ${string('p')}`)

  expect(will('a/#')).toEqual(refused(0x90, '[MQTT-3.3.2-2]', { connack: { level: 5, code: 0x90 } }))
  expect(will('')).toEqual(refused(0x90, '[MQTT-4.7.3-1]', { connack: { level: 5, code: 0x90 } }))
  expect(will('/'.repeat(127))).toMatchObject({ type: 'connect' })
  expect(will('/'.repeat(128))).toEqual(refused(0x90, 'safety R10', { connack: { level: 5, code: 0x90 } }))
})

test('what a refusal says never repeats a password', () => {
  const answer = connect(`${V4} c3 003c ${string('c')} ${string('u')} ${string('hunter2')}`)

  expect(JSON.stringify(answer)).not.toContain('hunter2')
})

// PUBLISH

test('[MQTT-3.3.1-4] both QoS bits are refused', () => {
  expect(v4(0x36, `${string('t')} 0001`)).toEqual(refused(0x81, '[MQTT-3.3.1-4]'))
})

test('[MQTT-3.3.1-2] DUP with QoS 0 is refused; 3.1 does not know the rule', () => {
  expect(v4(0x38, string('t'))).toEqual(refused(0x81, '[MQTT-3.3.1-2]'))
  expect(v5(0x38, `${string('t')} 00`)).toEqual(refused(0x81, '[MQTT-3.3.1-2]'))
  expect(v3(0x38, string('t'))).toMatchObject({ type: 'publish', dup: false })
})

test('[MQTT-2.3.1-1] [MQTT-2.2.1-3] a packet identifier of 0 is refused in every packet that has one', () => {
  for (const [first, rest] of [
    [0x32, `${string('t')} 0000`],
    [0x40, '0000'],
    [0x62, '0000'],
    [0x82, `0000 ${string('a')} 00`],
    [0xa2, `0000 ${string('a')}`],
  ] as const) {
    expect(v4(first, rest)).toEqual(refused(0x81, '[MQTT-2.3.1-1]'))
  }
  expect(v5(0x32, `${string('t')} 0000 00`)).toEqual(refused(0x81, '[MQTT-2.2.1-3]'))
})

test('[MQTT-3.3.2-2] a topic with + or # is refused', () => {
  for (const topic of ['a/+', 'a#', '#'])
    expect(v4(0x30, string(topic))).toEqual(refused(0x90, '[MQTT-3.3.2-2]'))
})

test('[MQTT-4.7.3-1] an empty topic is refused on 3.x; on 5.0 only a topic alias may stand for it (§3.3.2.1)', () => {
  expect(v4(0x30, '0000')).toEqual(refused(0x90, '[MQTT-4.7.3-1]'))
  expect(v5(0x30, '0000 00')).toEqual(refused(0x82, 'MQTT 5.0 §3.3.2.1'))
  expect(v5(0x30, '0000 03 23 0001')).toMatchObject({ topic: '', properties: { topicAlias: 1 } })
})

test('device protocol §1.4: the C SDK publishes with topic and alias, then with the alias alone', () => {
  const decoder = createDecoder({ level: 5 })
  decoder.push(
    Buffer.concat([packet(0x30, `${string('a/b')} 03 23 0001 'x'`), packet(0x30, `0000 03 23 0001 'y'`)]),
  )

  expect(decoder.next()).toMatchObject({ topic: 'a/b', properties: { topicAlias: 1 } })
  expect(decoder.next()).toMatchObject({ topic: '', properties: { topicAlias: 1 } })
})

test('safety R10: a topic of more than 1,024 bytes or 128 levels is refused, 65,000 slashes too', () => {
  expect(v4(0x30, string('t'.repeat(1024)))).toMatchObject({ type: 'publish' })
  expect(v4(0x30, string('t'.repeat(1025)))).toEqual(refused(0x90, 'safety R10'))
  expect(v4(0x30, string('/'.repeat(127)))).toMatchObject({ type: 'publish' })
  expect(v4(0x30, string('/'.repeat(128)))).toEqual(refused(0x90, 'safety R10'))
  expect(decode(packet(0x30, string('/'.repeat(65_000))), { level: 4, maxPacketBytes: 100_000 })).toEqual(
    refused(0x90, 'safety R10'),
  )
})

test('a publish without payload has an empty one', () => {
  expect(v4(0x30, string('t'))).toMatchObject({ payload: Buffer.alloc(0) })
})

// SUBSCRIBE, UNSUBSCRIBE

test('[MQTT-3.8.3-2] [MQTT-3.8.3-3] [MQTT-3.10.3-2] a packet without filters is refused', () => {
  expect(v5(0x82, '0001 00')).toEqual(refused(0x82, '[MQTT-3.8.3-2]'))
  expect(v4(0x82, '0001')).toEqual(refused(0x82, '[MQTT-3.8.3-3]'))
  expect(v5(0xa2, '0001 00')).toEqual(refused(0x82, '[MQTT-3.10.3-2]'))
  expect(v4(0xa2, '0001')).toEqual(refused(0x82, '[MQTT-3.10.3-2]'))
})

test('[MQTT-3.8.3-5] [MQTT-3-8.3-4] reserved bits of the options, and QoS 3, are refused', () => {
  for (const options of ['03', '40', '80']) {
    expect(v5(0x82, `0001 00 ${string('a')} ${options}`)).toEqual(refused(0x81, '[MQTT-3.8.3-5]'))
  }
  for (const options of ['03', '04', '10']) {
    expect(v4(0x82, `0001 ${string('a')} ${options}`)).toEqual(refused(0x81, '[MQTT-3-8.3-4]'))
  }
})

test('MQTT 5.0 §3.8.3.1: retain handling of 3 is refused, and all options are read', () => {
  expect(v5(0x82, `0001 00 ${string('a')} 30`)).toEqual(refused(0x82, 'MQTT 5.0 §3.8.3.1'))
  expect(v5(0x82, `0001 00 ${string('a')} 2d`)).toMatchObject({
    filters: [{ filter: 'a', qos: 1, noLocal: true, retainAsPublished: true, retainHandling: 2 }],
  })
})

test('[MQTT-3.8.3-4] No Local on a shared subscription is refused', () => {
  expect(v5(0x82, `0001 00 ${string('$share/g/a')} 05`)).toEqual(refused(0x82, '[MQTT-3.8.3-4]'))
  expect(v5(0x82, `0001 00 ${string('$share/g/a')} 01`)).toMatchObject({ type: 'subscribe' })
})

test.each([
  ['a/#/b', '[MQTT-4.7.1-2]', '[MQTT-4.7.1-1]'],
  ['a#', '[MQTT-4.7.1-2]', '[MQTT-4.7.1-1]'],
  ['a/b+', '[MQTT-4.7.1-3]', '[MQTT-4.7.1-2]'],
  ['', '[MQTT-4.7.3-1]', '[MQTT-4.7.3-1]'],
])('[MQTT-4.7.1-1] to [MQTT-4.7.3-1] the filter "%s" is refused', (filter, clause3, clause5) => {
  expect(v4(0x82, `0001 ${string(filter)} 00`)).toEqual(refused(0x8f, clause3))
  expect(v5(0x82, `0001 00 ${string(filter)} 00`)).toEqual(refused(0x8f, clause5))
  expect(v5(0xa2, `0001 00 ${string(filter)}`)).toEqual(refused(0x8f, clause5))
})

test('[MQTT-4.8.2-1] [MQTT-4.8.2-2] a shared filter without name or filter is refused on 5.0; to 3.x it is ordinary', () => {
  for (const filter of ['$share/', '$share//a', '$share/g', '$share/g/', '$share/g+/a']) {
    expect(v5(0x82, `0001 00 ${string(filter)} 00`)).toEqual(refused(0x8f, '[MQTT-4.8.2-1]'))
  }
  expect(v4(0x82, `0001 ${string('$share/g')} 00`)).toMatchObject({ type: 'subscribe' })
})

test('safety R10: 100 filters are taken in a packet, 101 are refused', () => {
  const filters = (count: number) => `0001 ${`${string('a')} 00`.repeat(count)}`

  expect(v4(0x82, filters(limits.filtersPerPacketMax))).toMatchObject({ type: 'subscribe' })
  expect(v4(0x82, filters(limits.filtersPerPacketMax + 1))).toEqual(refused(0x97, 'safety R10'))
  expect(v4(0xa2, `0001 ${string('a').repeat(101)}`)).toEqual(refused(0x97, 'safety R10'))
})

// Acknowledgements, DISCONNECT, AUTH, and what servers send

test('MQTT 5.0 §3.4.2.1: PUBACK may leave out reason code and properties', () => {
  const puback = { type: 'puback', packetId: 1 }

  expect(v5(0x40, '0001')).toEqual({ ...puback, code: 0 })
  expect(v5(0x40, '0001 10')).toEqual({ ...puback, code: 0x10 })
  expect(v5(0x40, '0001 80 00')).toEqual({ ...puback, code: 0x80 })
  expect(v5(0x40, `0001 80 04 1f ${string('x')}`)).toEqual({
    ...puback,
    code: 0x80,
    properties: { reasonString: 'x' },
  })
})

test.each([
  [0x40, '[MQTT-3.4.2-1]', '0001 01'],
  [0x50, '[MQTT-3.5.2-1]', '0001 92'],
  [0x62, '[MQTT-3.6.2-1]', '0001 80'],
  [0x70, '[MQTT-3.7.2-1]', '0001 10'],
  [0xe0, '[MQTT-3.14.2-1]', '8b'],
  [0xf0, '[MQTT-3.15.2-1]', '00 00'],
  [0xf0, '[MQTT-3.15.2-1]', ''],
])('the packet of first byte %i with a reason code not its own is refused %s', (first, clause, body) => {
  expect(v5(first, body)).toEqual(refused(0x82, clause))
})

test('MQTT 5.0 §3.14.2.1: DISCONNECT may leave out code and properties; MQTT 3.1.1 §3.14 has none', () => {
  expect(v5(0xe0, '')).toEqual({ type: 'disconnect', code: 0 })
  expect(v5(0xe0, '04')).toEqual({ type: 'disconnect', code: 4 })
  expect(v5(0xe0, '00 05 11 00000000')).toEqual({
    type: 'disconnect',
    code: 0,
    properties: { sessionExpiryInterval: 0 },
  })
  expect(v4(0xe0, '')).toEqual({ type: 'disconnect', code: 0 })
})

test('[MQTT-3.2.2-1] [MQTT-3.2.2-6] [MQTT-3.2.2-8] CONNACK is checked', () => {
  expect(fromServer(4)(0x20, '0005')).toEqual({ type: 'connack', sessionPresent: false, code: 5 })
  expect(fromServer(4)(0x20, '0006')).toEqual(refused(0x82, 'MQTT 3.1.1 §3.2.2.3'))
  expect(fromServer(4)(0x20, '0200')).toEqual(refused(0x81, 'MQTT 3.1.1 §3.2.2.1'))
  expect(fromServer(4)(0x20, '0105')).toEqual(refused(0x82, '[MQTT-3.2.2-4]'))
  expect(fromServer(5)(0x20, '0200 00')).toEqual(refused(0x81, '[MQTT-3.2.2-1]'))
  expect(fromServer(5)(0x20, '0005 00')).toEqual(refused(0x82, '[MQTT-3.2.2-8]'))
  expect(fromServer(5)(0x20, '0187 00')).toEqual(refused(0x82, '[MQTT-3.2.2-6]'))
  expect(fromServer(3)(0x20, '0100')).toMatchObject({ sessionPresent: false })
})

test('[MQTT-3.9.3-2] [MQTT-3.11.3-2] codes of SUBACK and UNSUBACK are checked', () => {
  expect(fromServer(4)(0x90, '0001 00 01 02 80')).toMatchObject({ codes: [0, 1, 2, 0x80] })
  expect(fromServer(4)(0x90, '0001 03')).toEqual(refused(0x82, '[MQTT-3.9.3-2]'))
  expect(fromServer(4)(0x90, '0001')).toEqual(refused(0x81, 'MQTT 3.1.1 §2.2.3'))
  expect(fromServer(5)(0x90, '0001 00 03')).toEqual(refused(0x82, '[MQTT-3.9.3-2]'))
  expect(fromServer(5)(0xb0, '0001 00 11 01')).toEqual(refused(0x82, '[MQTT-3.11.3-2]'))
  expect(fromServer(5)(0xb0, '0001 00')).toEqual(refused(0x81, 'MQTT 5.0 §2.1.4'))
  expect(fromServer(4)(0xb0, '0001 00')).toEqual(refused(0x81, 'MQTT 3.1.1 §2.2.3'))
})

// Properties

const publishWith = (properties: string) => {
  const content = bytes(properties)
  return v5(0x30, Buffer.concat([bytes(string('t')), Uint8Array.of(content.length), content]))
}

test('MQTT 5.0 §2.2.2.2: an unknown property, or one that does not belong, is malformed', () => {
  expect(publishWith('7f 00')).toEqual(refused(0x81, 'MQTT 5.0 §2.2.2.2'))
  expect(publishWith('11 00000001')).toEqual(refused(0x81, 'MQTT 5.0 §2.2.2.2'))
  expect(publishWith('81 00 00')).toEqual(refused(0x81, '[MQTT-1.5.5-1]'))
})

test('MQTT 5.0 §2.2.2.2: a property that stands twice is a protocol error; user properties may repeat', () => {
  expect(publishWith(`03 ${string('a')} 03 ${string('a')}`)).toEqual(refused(0x82, 'MQTT 5.0 §2.2.2.2'))
  expect(publishWith(`26 ${string('a')} ${string('1')} 26 ${string('a')} ${string('2')}`)).toMatchObject({
    properties: {
      userProperties: [
        ['a', '1'],
        ['a', '2'],
      ],
    },
  })
})

test('MQTT 5.0 §2.2.2.1: properties end where their length says, not later and not inside one', () => {
  expect(v5(0x30, `${string('t')} 7f`)).toEqual(refused(0x81, 'MQTT 5.0 §2.2.2.1'))
  expect(v5(0x30, `${string('t')} 02 23 00 01`)).toEqual(refused(0x81, 'MQTT 5.0 §2.1.4'))
})

test.each([
  ['[MQTT-3.3.2-8]', 0x94, '23 0000'],
  ['[MQTT-3.3.2-14]', 0x82, `08 ${string('a/+')}`],
  ['[MQTT-3.3.4-6]', 0x82, '0b 01'],
  ['MQTT 5.0 §2.2.2.2', 0x82, '01 02'],
])('%s a PUBLISH property out of range is refused', (clause, code, properties) => {
  expect(publishWith(properties)).toEqual(refused(code, clause))
})

test.each([
  ['receive maximum 0 (§3.1.2.11.3)', '21 0000'],
  ['maximum packet size 0 (§3.1.2.11.4)', '27 00000000'],
  ['request response information 2 (§3.1.2.11.6)', '19 02'],
  ['request problem information 2 (§3.1.2.11.7)', '17 02'],
  ['authentication data without a method (§3.1.2.11.10)', '16 0000'],
])('MQTT 5.0: CONNECT with %s is refused and told so', (_what, properties) => {
  const length = bytes(properties).length.toString(16).padStart(2, '0')

  expect(connect(`${V5} 02 003c ${length} ${properties} ${string('c')}`)).toMatchObject({
    code: 0x82,
    connack: { level: 5, code: 0x82 },
  })
})

test('MQTT 5.0 §3.8.2.1.2: a subscription identifier is neither 0 nor there twice', () => {
  expect(v5(0x82, `0001 02 0b 00 ${string('a')} 00`)).toEqual(refused(0x82, 'MQTT 5.0 §2.2.2.2'))
  expect(v5(0x82, `0001 04 0b 01 0b 02 ${string('a')} 00`)).toEqual(refused(0x82, 'MQTT 5.0 §3.8.2.1.2'))
  expect(v5(0x82, `0001 03 0b 8001 ${string('a')} 00`)).toMatchObject({
    properties: { subscriptionIdentifiers: [128] },
  })
})

test('[MQTT-3.14.2-2] a server may not send a session expiry interval in DISCONNECT', () => {
  expect(fromServer(5)(0xe0, '00 05 11 00000001')).toEqual(refused(0x82, '[MQTT-3.14.2-2]'))
})

test('safety R10: 100 user properties are taken in a packet, 101 are refused', () => {
  const pairs = (count: number) => {
    const content = bytes('26 0000 0000'.repeat(count))
    const length = Uint8Array.of((content.length & 127) | 128, content.length >> 7)
    return v5(0x30, Buffer.concat([bytes(string('t')), length, content]))
  }

  expect(pairs(limits.userPropertiesPerPacketMax)).toMatchObject({ type: 'publish' })
  expect(pairs(limits.userPropertiesPerPacketMax + 1)).toEqual(refused(0x97, 'safety R10'))
})
