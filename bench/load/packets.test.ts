import { generate, parser, type Packet } from 'mqtt-packet'
import { expect, test } from 'vitest'
import { connectPacket, disconnectPacket, publishFrames, readAnswers } from './packets.ts'

function decoded(bytes: Buffer): Packet[] {
  const packets: Packet[] = []
  const reader = parser()
  reader.on('packet', (packet) => packets.push(packet))
  reader.parse(bytes)
  return packets
}

/** The answers in `bytes` up to `end`, and how many bytes were read. */
function answersIn(bytes: Buffer, end = bytes.length) {
  const seen: (readonly [kind: string, value: number])[] = []
  const at = readAnswers(bytes, end, {
    connack: (code) => void seen.push(['connack', code]),
    puback: (packetId) => void seen.push(['puback', packetId]),
  })
  return { seen, at }
}

const puback = (messageId: number) => generate({ cmd: 'puback', messageId })

test('a CONNECT says what it is given, as another codec reads it', () => {
  const fields = { clientId: 'd_0_0_2026112305', username: 'd', keepAliveSeconds: 1200 }
  expect(decoded(connectPacket({ ...fields, password: 'p' }))).toMatchObject([
    {
      cmd: 'connect',
      clientId: fields.clientId,
      username: 'd',
      clean: true,
      keepalive: 1200,
      protocolVersion: 4,
    },
  ])
  expect(decoded(connectPacket(fields))[0]).not.toHaveProperty('password')
  expect(decoded(disconnectPacket)).toMatchObject([{ cmd: 'disconnect' }])
})

test.each([1, 120, 128, 300, 20_000])(
  'PUBLISH packets of %i bytes of payload stand back to back, with their packet ids where they are said to be',
  (payloadBytes) => {
    const payloads = ['a', 'b'].map((letter) => Buffer.from(letter.repeat(payloadBytes)))
    const { bytes, count, frameBytes, packetIdAt } = publishFrames(
      '$oc/devices/d/sys/properties/report',
      payloads,
    )
    expect(bytes.length).toBe(count * frameBytes)
    for (let index = 0; index < count; index++)
      bytes.writeUInt16BE(700 + index, index * frameBytes + packetIdAt)
    expect(decoded(bytes)).toMatchObject(
      payloads.map((payload, index) => ({ cmd: 'publish', qos: 1, messageId: 700 + index, payload })),
    )
  },
)

test('payloads of two lengths are refused, since a packet is found by counting', () => {
  expect(() => publishFrames('t', [Buffer.from('a'), Buffer.from('bb')])).toThrow('one length')
})

test('answers are read wherever the bytes were cut, and nothing is read twice', () => {
  const bytes = Buffer.concat([
    generate({ cmd: 'connack', returnCode: 5, sessionPresent: false }),
    puback(1),
    generate({ cmd: 'publish', topic: 't', payload: 'x'.repeat(200), qos: 0, dup: false, retain: false }),
    puback(65_535),
  ])
  const whole = answersIn(bytes)
  expect(whole).toEqual({
    seen: [
      ['connack', 5],
      ['puback', 1],
      ['puback', 65_535],
    ],
    at: bytes.length,
  })
  for (let cut = 0; cut <= bytes.length; cut++) {
    const first = answersIn(bytes, cut)
    expect([...first.seen, ...answersIn(bytes.subarray(first.at)).seen]).toEqual(whole.seen)
  }
})

test('a remaining length of more than four bytes is a fault of the server', () => {
  expect(() => answersIn(Buffer.from([0x40, 0xff, 0xff, 0xff, 0xff, 0x01]))).toThrow('four bytes')
})
