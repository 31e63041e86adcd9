import { expect, test } from 'vitest'
import { createPresentedMemory } from './presented.ts'
import { NOON } from '../../tests/support/builders.ts'

const [leaf, issuer] = [Buffer.alloc(10, 1), Buffer.alloc(10, 2)]
const bounds = { presentedBytesMax: 25, presentedAgainMillis: 1000, presentedKnownMax: 2 }
const carried = (memory: ReturnType<typeof createPresentedMemory>, at: number, ...ders: Buffer[]) =>
  memory.describe(ders, at).map(({ der }) => der !== undefined)

test('a certificate is carried whole until an entry with it is durable, and again after a while', () => {
  const memory = createPresentedMemory(bounds)
  const first = memory.describe([leaf, issuer], NOON)

  expect(first.map(({ der }) => der && Buffer.from(der, 'base64'))).toEqual([leaf, issuer])
  expect(carried(memory, NOON, leaf, issuer)).toEqual([true, true])
  memory.written(first.slice(0, 1), NOON)
  expect(carried(memory, NOON + 999, leaf, issuer)).toEqual([false, true])
  expect(carried(memory, NOON + 1000, leaf)).toEqual([true])
})

test('what an entry says by digest alone does not put off the next time', () => {
  const memory = createPresentedMemory(bounds)
  memory.written(memory.describe([leaf], NOON), NOON)
  memory.written(memory.describe([leaf], NOON + 500), NOON + 500)

  expect(carried(memory, NOON + 1000, leaf)).toEqual([true])
})

test('bounds: the bytes of one chain, and what is remembered', () => {
  const memory = createPresentedMemory(bounds)
  const chain = [leaf, issuer, Buffer.alloc(10, 3)]

  expect(memory.describe(chain, NOON)).toHaveLength(2)
  for (const der of chain) memory.written(memory.describe([der], NOON), NOON)
  expect(carried(memory, NOON, leaf)).toEqual([true])
  expect(carried(memory, NOON, issuer)).toEqual([false])
})
