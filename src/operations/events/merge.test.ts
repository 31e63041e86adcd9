import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { merge } from './merge.ts'

async function* numbers(from: number, to: number): AsyncGenerator<number> {
  for (let n = from; n <= to; n++) {
    await nextTurn()
    yield n
  }
}

test('items of all sources, each in its order, until the last ends', async () => {
  const found: number[] = []
  for await (const n of merge(numbers(1, 3), numbers(11, 15), numbers(1, 0))) found.push(n)

  expect(found.filter((n) => n < 10)).toEqual([1, 2, 3])
  expect(found.filter((n) => n > 10)).toEqual([11, 12, 13, 14, 15])
})

test('a source that throws ends it, and the others are given up', async () => {
  let ended = false
  async function* endless() {
    try {
      for (let n = 0; ; n++) {
        await nextTurn()
        yield n
      }
    } finally {
      ended = true
    }
  }
  // oxlint-disable-next-line require-yield -- it never comes to it
  async function* broken(): AsyncGenerator<number> {
    await nextTurn()
    throw new Error('broken')
  }
  const all = (async () => {
    for await (const n of merge(endless(), broken())) expect(n).toBeGreaterThanOrEqual(0)
  })()

  await expect(all).rejects.toThrow('broken')
  await expect.poll(() => ended).toBe(true)
})

test('a slow taker slows the sources: each is one item ahead', async () => {
  let made = 0
  async function* counted() {
    for (;;) yield ++made
  }
  const merged = merge(counted())

  await merged.next()
  await nextTurn()

  expect(made).toBe(2)
  await merged.return(undefined)
})
