import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DeviceOffsets } from './device-offsets.ts'

const hash = fc.oneof(fc.integer({ min: 1, max: 0xffffffff }), fc.integer({ min: 1, max: 2000 }))

test('Q1: it holds the last offset of each hash and gives the one before, however many there are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(hash, fc.integer({ min: 1, max: 0xffffffff })), { maxLength: 3000 }),
      (puts) => {
        const table = new DeviceOffsets()
        const expected = new Map<number, number>()
        for (const [device, offset] of puts) {
          expect(table.put(device, offset)).toBe(expected.get(device) ?? 0)
          expected.set(device, offset)
        }
        const again = new DeviceOffsets(table.slots.slice())
        for (const [device, offset] of expected)
          expect([table.get(device), again.get(device)]).toEqual([offset, offset])
        expect(table.get(0xfffffffe)).toBe(expected.get(0xfffffffe) ?? 0)
      },
    ),
    { numRuns: 30 },
  )
})
