import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Position } from '../../src/base/ids.ts'
import { OperatorError } from '../../src/base/operator-error.ts'
import {
  BLOCK_HEADER_BYTES,
  BlockReader,
  sealBlock,
  SEGMENT_HEADER_BYTES,
  segmentHeader,
} from '../../src/log/block.ts'
import { type Files, nodeFiles } from '../../src/log/files.ts'
import { RecordCursor, RecordWriter, reportSource } from '../../src/log/record.ts'
import { anEntry, DEVICE, NOON, PROJECT } from '../support/builders.ts'
import { fuzz, fuzzRuns, mutate, Random } from '../support/fuzz.ts'
import { openLog } from '../support/segment-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** A file that is bytes in memory. */
function inMemory(bytes: Buffer): Files {
  return {
    ...nodeFiles,
    read: (_, target, at) => {
      const part = bytes.subarray(at, at + target.length)
      target.set(part)
      return part.length
    },
  }
}

interface Block {
  readonly first: number
  readonly count: number
  readonly records: Buffer
}

/** Whole segments with blocks of one to five records each. */
function aSegment(random: Random): { readonly bytes: Buffer; readonly blocks: readonly Block[] } {
  const source = reportSource(DEVICE, PROJECT)
  const blocks: Block[] = []
  const parts: Uint8Array[] = [segmentHeader(1)]
  let first = 1
  for (let more = 1 + random.int(4); more > 0; more--) {
    const writer = new RecordWriter(1024)
    for (let records = 1 + random.int(5); records > 0; records--)
      if (random.int(4) === 0) writer.entry(anEntry({ at: NOON + records }))
      else writer.storedReport(source, NOON, Buffer.alloc(random.int(200), random.int(256)), false)
    const { count } = writer
    const records = Buffer.from(writer.take())
    const block = Buffer.concat([Buffer.alloc(BLOCK_HEADER_BYTES), records])
    sealBlock(block, first, count)
    blocks.push({ first, count, records })
    parts.push(block)
    first += count
  }
  parts.push(Buffer.alloc(random.int(300)))
  return { bytes: Buffer.concat(parts), blocks }
}

const segments = Array.from({ length: 200 }, (_, index) => aSegment(new Random(index)))

function once(random: Random): void {
  const { bytes, blocks } = random.pick(segments)
  const damaged = mutate(random, bytes)
  // Mostly in order from the front, sometimes from anywhere, as after a damaged index.
  const isInOrder = random.int(4) > 0
  const start = isInOrder ? SEGMENT_HEADER_BYTES : random.int(damaged.length + 1)
  const reader = new BlockReader(inMemory(damaged), 0, start, damaged.length, 1 + random.int(512))
  const cursor = new RecordCursor()
  let expected = 1
  for (let found = 0; reader.next(isInOrder ? expected : undefined); found++) {
    if (found > blocks.length * 40) throw new Error('more blocks than can stand there')
    const { first, count, records } = reader
    const block = blocks.find((one) => one.first === first)
    if (!block || block.count !== count || !block.records.equals(records))
      throw new Error(`at position ${first} stands what was never written`)
    let [at, seen] = [0, 0]
    for (; at < records.length; seen++) {
      cursor.move(records, at)
      at += cursor.size
      if (cursor.isStoredReport) cursor.body.subarray(0, 1)
    }
    if (seen !== count || at !== records.length) throw new Error('the records do not fill their block')
    expected = first + count
  }
}

test('Q1: in a damaged segment no block is read that was not written so', () => {
  expect(() => fuzz('damaged segments', once)).not.toThrow()
}, 600_000)

test('Q1 R5: a damaged log opens with entries as they were written, or says that it is damaged', async () => {
  const folder = temporaryFolder()
  const source = join(folder, 'source')
  const limits = { logSegmentBytesMax: 3000, logAheadBytes: 0, logRecentBytes: 500 }
  const log = openLog(source, { limits })
  const written: string[] = []
  for (let n = 1; n <= 40; n++) {
    written.push(`{"n":${n}}`)
    await log.append([anEntry({ at: NOON + n, body: { payload: `{"n":${n}}` } })])
  }
  await log.close()
  const files = readdirSync(source).map((name) => ({ name, bytes: readFileSync(join(source, name)) }))
  const opened: { readonly folder: string; readonly random: Random }[] = []
  fuzz(
    'damaged logs',
    (random) => {
      const copy = join(folder, String(opened.length))
      mkdirSync(copy)
      const hit = random.int(files.length)
      for (const [index, { name, bytes }] of files.entries())
        writeFileSync(join(copy, name), index === hit ? mutate(random, bytes) : bytes)
      opened.push({ folder: copy, random })
    },
    Math.min(fuzzRuns, 400),
  )

  let [whole, told] = [0, 0]
  for (const { folder: copy } of opened) {
    try {
      const damaged = openLog(copy, { limits })
      try {
        const entries = await damaged.read({ after: 0 as Position, limit: 1000 })
        const first = damaged.stats().firstPosition
        expect(entries.map(({ position }) => Number(position))).toEqual(entries.map((_, i) => first + i))
        for (const { position, body } of entries)
          expect((body as { payload: string }).payload).toBe(written[position - 1])
        await damaged.readBack({ deviceId: DEVICE, from: 1 as Position, limit: 100 })
        await damaged.findReport(DEVICE, Buffer.from('{"n":3}'), NOON)
        whole++
      } finally {
        await damaged.close()
      }
    } catch (fault) {
      if (!(fault instanceof OperatorError)) throw fault
      assert.match(fault.message, /is damaged|lacks|missing|cannot be/)
      told++
    }
    rmSync(copy, { recursive: true })
  }
  process.stdout.write(`damaged logs: ${whole} could be read, ${told} were told of\n`)
})
