import fc from 'fast-check'
import { expect, test } from 'vitest'
import { RecentBlocks } from './recent-blocks.ts'

test('Q1: a block is found whole or not at all, and the last one always', () => {
  const sizes = fc.array(fc.record({ bytes: fc.integer({ min: 4, max: 130 }), isKept: fc.boolean() }))
  fc.assert(
    fc.property(sizes, (blocks) => {
      const recent = new RecentBlocks(100)
      let position = 1
      const kept: { first: number; fill: number }[] = []
      for (const [n, { bytes, isKept }] of blocks.entries()) {
        const block = recent.reserve(bytes)
        expect(block.length).toBe(bytes)
        block.fill(n)
        if (isKept) {
          recent.keep(position, 2, 4)
          kept.push({ first: position, fill: n % 256 })
          position += 2
        }
        const found = kept.flatMap(({ first, fill }) => {
          const block = recent.find(first + 1)
          return block ? [{ is: [block.first, ...new Set(block.records)], as: [first, fill] }] : []
        })
        for (const { is, as } of found) expect(as.slice(0, is.length)).toEqual(is)
        expect(!isKept || recent.find(position - 1) !== undefined).toBe(true)
      }
      expect(recent.find(0)).toBeUndefined()
      expect(recent.find(position)).toBeUndefined()
    }),
  )
})
