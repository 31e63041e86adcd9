import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { inflate } from './gunzip.ts'

test('device protocol §3.0.2: unpacks up to the limit and not a byte more', async () => {
  const packed = gzipSync(Buffer.alloc(100, 'x'))

  expect(await inflate(packed, 100)).toEqual(Buffer.alloc(100, 'x'))
  expect(await inflate(packed, 99)).toBe('too-large')
})

test('what is no gzip stream, or half of one, is corrupt', async () => {
  const packed = gzipSync('payload')

  expect(await inflate(new Uint8Array(), 100)).toBe('corrupt')
  expect(await inflate(Buffer.from('plain'), 100)).toBe('corrupt')
  expect(await inflate(packed.subarray(0, packed.length - 4), 100)).toBe('corrupt')
})
