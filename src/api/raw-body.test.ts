import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { createBodyReader } from './raw-body.ts'

const limits = { httpBodyBytesMax: 100, httpBodiesBytesMax: 150, httpSmallBodyBytesMax: 10 }
const of = (...sizes: readonly number[]) => Readable.from(sizes.map((size) => Buffer.alloc(size, 'x')))
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('a body is read whole, up to its bound', async () => {
  const read = createBodyReader(limits)
  expect(await read(of(), 0)).toEqual(Buffer.alloc(0))
  expect((await read(of(40, 60), Number.NaN)).toString()).toBe('x'.repeat(100))
})

test('safety S11: beyond the bound it is refused, when it is announced or when it has come, and the stream lives', async () => {
  const read = createBodyReader(limits)
  const announced = new PassThrough()
  await expect(read(announced, 101)).rejects.toThrow('larger than 100 bytes')
  const sent = of(60, 41)
  await expect(read(sent, Number.NaN)).rejects.toThrow('larger than 100 bytes')
  expect([announced.destroyed, sent.destroyed]).toEqual([false, false])
})

test('safety R11: bodies that do not come to an end hold no more than their share; small ones still pass', async () => {
  const read = createBodyReader(limits)
  const slow = [new PassThrough(), new PassThrough()] as const
  const reads = slow.map((body) => read(body, 100))
  for (const body of slow) body.write(Buffer.alloc(75))
  await settled()

  await expect(read(of(11), 11)).rejects.toThrow('Try again in 5 s.')
  expect(await read(of(10), 10)).toHaveLength(10)

  for (const body of slow) body.end()
  expect((await Promise.all(reads)).map(({ length }) => length)).toEqual([75, 75])
  expect(await read(of(100), 100)).toHaveLength(100)
})

test('what a sender that goes away had sent is let go of', async () => {
  const read = createBodyReader(limits)
  for (let times = 0; times < 3; times += 1) {
    const gone = new PassThrough()
    const reading = read(gone, 100)
    gone.write(Buffer.alloc(99))
    await settled()
    gone.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }))
    await expect(reading).rejects.toThrow('aborted')
  }
  expect(await read(of(100), 100)).toHaveLength(100)
})
