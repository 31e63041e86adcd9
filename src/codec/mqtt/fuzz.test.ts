import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  arbitraryClientPacket,
  arbitraryConnect,
  arbitraryServerPacket,
} from '../../../tests/support/arbitrary-packets.ts'
import { createDecoder } from './decoder.ts'
import type { DecoderOptions } from './decoder.ts'
import { encode } from './encoder.ts'
import type { Packet, ProtocolLevel } from './packets.ts'

/** One change to a stream: a byte overwritten, bytes put in, bytes taken out, a piece doubled. */
const mutation = fc.record({
  kind: fc.constantFrom('set' as const, 'insert' as const, 'remove' as const, 'repeat' as const),
  at: fc.nat(),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 6 }),
})
type Mutation = typeof mutation extends fc.Arbitrary<infer M> ? M : never

function mutate(stream: Uint8Array, { kind, at, bytes }: Mutation): Uint8Array {
  const place = at % (stream.length + 1)
  const [head, tail] = [stream.subarray(0, place), stream.subarray(place)]
  switch (kind) {
    case 'set':
      return Buffer.concat([head, bytes.subarray(0, 1), tail.subarray(1)])
    case 'insert':
      return Buffer.concat([head, bytes, tail])
    case 'remove':
      return Buffer.concat([head, tail.subarray(bytes.length)])
    case 'repeat':
      return Buffer.concat([head, tail.subarray(0, bytes.length * 8), tail])
  }
}

/** Feeds the pieces; a packet takes at least two bytes, so more answers than that would be a loop. */
function run(options: DecoderOptions, stream: Uint8Array, places: readonly number[]): string[] {
  const decoder = createDecoder(options)
  const cuts = [
    0,
    ...places.map((place) => place % (stream.length + 1)).toSorted((a, b) => a - b),
    stream.length,
  ]
  const answers: string[] = []
  for (const [i, end] of cuts.slice(1).entries()) {
    decoder.push(stream.slice(cuts[i], end))
    for (let answer = decoder.next(); answer; answer = decoder.next()) {
      answers.push(JSON.stringify(answer))
      expect(answers.length).toBeLessThanOrEqual(stream.length)
    }
    expect(decoder.bufferedBytes).toBeLessThanOrEqual(stream.length)
  }
  return answers
}

const streamOf = (packets: readonly Packet[], level: ProtocolLevel) =>
  Buffer.concat(packets.map((packet) => encode(packet, level)))

for (const level of [3, 4, 5] as const) {
  const client = fc
    .tuple(arbitraryConnect(level), fc.array(arbitraryClientPacket(level), { maxLength: 6 }))
    .map(([connect, others]) => streamOf([connect, ...others], level))
  const server = fc
    .array(arbitraryServerPacket(level), { minLength: 1, maxLength: 6 })
    .map((packets) => streamOf(packets, level))

  for (const [who, streams, options] of [
    ['client', client, {}],
    ['server', server, { from: 'server' as const, level }],
  ] as const) {
    test(`safety Q1: mutated bytes of a level ${level} ${who}, cut anywhere, yield packets or one protocol error`, () => {
      const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 })
      fc.assert(
        fc.property(streams, mutations, fc.array(fc.nat(), { maxLength: 6 }), (valid, changes, places) => {
          const stream = changes.reduce(mutate, valid)

          const whole = run(options, stream, [])

          expect(run(options, stream, places)).toEqual(whole)
          expect(whole.slice(0, -1).some((answer) => answer.includes('"protocol-error"'))).toBe(false)
        }),
        { numRuns: 1500 },
      )
    })
  }
}

test('safety Q1: random bytes behind a CONNECT yield packets or one protocol error', () => {
  fc.assert(
    fc.property(arbitraryConnect(5), fc.uint8Array({ maxLength: 200 }), (connect, noise) => {
      run({}, Buffer.concat([encode(connect, 5), noise]), [])
    }),
    { numRuns: 3000 },
  )
})
