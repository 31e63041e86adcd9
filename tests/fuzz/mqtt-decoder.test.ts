import assert from 'node:assert/strict'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createDecoder, type DecoderOptions } from '../../src/codec/mqtt/decoder.ts'
import { encode } from '../../src/codec/mqtt/encoder.ts'
import type { Packet, ProtocolLevel } from '../../src/codec/mqtt/packets.ts'
import type { ProtocolError } from '../../src/codec/mqtt/protocol-error.ts'
import {
  arbitraryClientPacket,
  arbitraryConnect,
  arbitraryServerPacket,
} from '../support/arbitrary-packets.ts'
import { fuzz, mutate, type Random } from '../support/fuzz.ts'

/*
 * Far more inputs than src/codec/mqtt/fuzz.test.ts, made cheaply: valid packets of a pool, changed, and cut anywhere.
 */

interface Peer {
  readonly options: DecoderOptions
  /** Valid packets as bytes; one of `first` begins, when there are any. */
  readonly first: readonly Uint8Array[]
  readonly others: readonly Uint8Array[]
}

function pool(of: fc.Arbitrary<Packet>, level: ProtocolLevel): Uint8Array[] {
  // A fixed seed: the pool must be the same when a seed of the fuzzer is replayed.
  return fc.sample(of, { numRuns: 300, seed: 4 }).map((packet) => encode(packet, level))
}

const peers = ([3, 4, 5] as const).flatMap((level): Peer[] => [
  {
    options: {},
    first: pool(arbitraryConnect(level), level),
    others: pool(arbitraryClientPacket(level), level),
  },
  { options: { from: 'server', level }, first: [], others: pool(arbitraryServerPacket(level), level) },
])

type Answer = Packet | ProtocolError

/** All answers to the bytes, pushed in pieces. Each takes two bytes at least: more of them would be a loop. */
function decode(options: DecoderOptions, bytes: Buffer, cuts: readonly number[]): Answer[] {
  const decoder = createDecoder(options)
  const answers: Answer[] = []
  let start = 0
  for (const end of [...cuts, bytes.length]) {
    // Copied, so that nothing behind a piece can be read by mistake.
    decoder.push(Buffer.from(bytes.subarray(start, end)))
    start = end
    for (let answer = decoder.next(); answer; answer = decoder.next()) {
      answers.push(answer)
      if (answers.length > bytes.length) throw new Error('more answers than bytes')
    }
    if (decoder.bufferedBytes > bytes.length) throw new Error('more is held than was pushed')
  }
  return answers
}

function sketch(answer: Answer): string {
  if (answer.type === 'publish') return `publish ${answer.topic} ${answer.packetId} ${answer.payload.length}`
  return answer.type === 'protocol-error' ? `error ${answer.code} ${answer.clause}` : answer.type
}

function once(random: Random): void {
  const { options, first, others } = random.pick(peers)
  const packets = first.length > 0 ? [random.pick(first)] : []
  for (let more = random.int(4); more > 0; more--) packets.push(random.pick(others))
  const bytes = mutate(random, Buffer.concat(packets))
  const cuts = Array.from({ length: random.int(4) }, () => random.int(bytes.length + 1)).toSorted(
    (a, b) => a - b,
  )

  const whole = decode(options, bytes, [])
  const pieces = decode(options, bytes, cuts)

  const errors = whole.findIndex(({ type }) => type === 'protocol-error')
  if (errors >= 0 && errors < whole.length - 1) throw new Error('something was answered behind an error')
  const told = whole.map(sketch).join()
  if (told !== pieces.map(sketch).join()) assert.deepEqual(pieces, whole)
  // To compare all fields of all packets would take longer than everything else.
  if (random.int(32) === 0) assert.deepEqual(pieces, whole)
}

test('Q1: changed packets, cut anywhere, yield packets or one protocol error, the same however they are cut', () => {
  expect(() => fuzz('the MQTT decoder', once)).not.toThrow()
}, 600_000)
