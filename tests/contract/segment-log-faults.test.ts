import { mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { Position } from '../../src/base/ids.ts'
import type { NewEntry } from '../../src/domain/entry/entry.ts'
import { nodeFiles } from '../../src/log/files.ts'
import { type Log, LogWriteError } from '../../src/log/log.ts'
import { anEntry, DEVICE, NOON, PROJECT } from '../support/builders.ts'
import { watchDisk } from '../support/power-cut.ts'
import { type FileStep, openLog, watchedFiles } from '../support/segment-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/* What the segment log does when a step fails, and what is there after the process or the power is gone at it (Q2). */

/** About three pairs of entries a segment. */
const limits = { logSegmentBytesMax: 950, logRecentBytes: 600, scanRowsMax: 3 }
const PAIRS = 12

const pair = (n: number): readonly NewEntry[] =>
  ['a', 'b'].map((half) => ({
    kind: 'message-up',
    at: NOON,
    projectId: PROJECT,
    deviceId: DEVICE,
    body: { topic: 't', payload: `${n}${half}`, payloadEncoding: 'utf8' },
  }))

/** What is in the log, as `1a 1b 2a 2b …`; the same by every way to read it. */
async function contents(log: Log): Promise<string[]> {
  const entries = await log.read({ limit: 10_000 })
  const first = log.stats().firstPosition
  expect(entries.map(({ position }) => Number(position))).toEqual(entries.map((_, index) => first + index))
  expect(await log.head()).toBe(first + entries.length - 1)
  const { entries: backwards } = await log.readBack({ deviceId: DEVICE, from: 1 as Position, limit: 10_000 })
  expect(backwards).toEqual(entries.toReversed())
  return entries.map(({ body }) => ('payload' in body ? (body.payload ?? '') : ''))
}

const whole = (numbers: readonly number[]): string[] => numbers.flatMap((n) => [`${n}a`, `${n}b`])

/** Opens the log there, takes what it holds, and sees that it goes on and keeps what is added. */
async function surviving(folder: string): Promise<string[]> {
  // Nothing ends here, so nothing has to be flushed.
  const options = {
    limits: { ...limits, logAheadBytes: 0 },
    files: { ...nodeFiles, flush: () => {}, flushFolder: () => {} },
  }
  const log = openLog(folder, options)
  const found = await contents(log)
  await log.append(pair(99))
  await log.close()
  const again = openLog(folder, options)
  expect(await contents(again)).toEqual([...found, '99a', '99b'])
  await again.close()
  return found
}

test('R1 R5 Q2: whatever step the process or the power ends at, what was acknowledged is there and nothing by half', async () => {
  const base = temporaryFolder()
  const folder = join(base, 'log')
  const acknowledged: number[] = []
  let deleted = 0
  const ends: { step: string; acknowledged: number; deleted: number; folders: readonly string[] }[] = []
  const disk = watchDisk(folder, (step, path) => {
    if (readdirSync(base).length === 0) return
    const end = join(base, `end-${ends.length}`)
    const folders = [`${end}-kill`, `${end}-power`]
    disk.afterKill(`${end}-kill`)
    disk.afterPowerCut(`${end}-power`)
    ends.push({ step: `${step} ${path}`, acknowledged: acknowledged.length, deleted, folders })
  })

  let log = openLog(folder, { limits, files: disk.files })
  for (let n = 0; n < PAIRS; n++) {
    await log.append(pair(n))
    acknowledged.push(n)
    if (n === PAIRS / 2) {
      await log.close()
      log = openLog(folder, { limits, files: disk.files })
    }
    if (n === PAIRS - 2) {
      const first = log.stats().firstPosition
      deleted = 3
      await log.prune({ before: (first + 6) as Position, bytesMax: 0 })
    }
  }
  await log.close()

  expect(new Set(ends.map(({ step }) => step.split(' ')[0]))).toEqual(
    new Set(['open', 'write', 'flush', 'cut', 'rename', 'remove', 'flushFolder', 'writeLater', 'flushLater']),
  )
  for (const { step, acknowledged: told, deleted: gone, folders } of ends)
    for (const end of folders) {
      const found = await surviving(end)
      const first = Number.parseInt(found[0] ?? '0')
      const count = found.length / 2
      // At most the one that was under way, and at most what was being deleted is missing.
      expect([step, end, found]).toEqual([
        step,
        end,
        whole(Array.from({ length: count }, (_, n) => first + n)),
      ])
      expect([step, end, first <= gone]).toEqual([step, end, true])
      expect([told, told + 1]).toContain(first + count)
    }
})

const steps: readonly FileStep[] = [
  'open',
  'write',
  'flush',
  'cut',
  'rename',
  'remove',
  'flushFolder',
  'close',
]
test.for(steps)(
  'R2 Q2: an error at any single %s refuses what it hits, leaves nothing of it, and harms nothing else',
  { timeout: 60_000 },
  async (faulty) => {
    for (let at = 0, hits = 1; hits > 0; at++) {
      hits = 0
      let [count, isHurt] = [0, false]
      const files = watchedFiles((step) => {
        if (!isHurt || step !== faulty || count++ !== at) return
        hits++
        throw new Error(`planted fault at ${step} ${at}`)
      })
      const folder = join(temporaryFolder(), 'log')
      const log = openLog(folder, { limits: { ...limits, logAheadBytes: 0 }, files })
      isHurt = true
      const kept: number[] = []
      for (let n = 0; n < PAIRS; n++)
        await log.append(pair(n)).then(
          () => kept.push(n),
          (fault: unknown) => expect(fault).toBeInstanceOf(LogWriteError),
        )
      // One fault, one commit refused at most; none where the fault is not on its path.
      expect(kept.length).toBeGreaterThanOrEqual(PAIRS - 1)
      isHurt = false
      expect([at, await contents(log)]).toEqual([at, whole(kept)])
      await log.close()
      expect([at, await surviving(folder)]).toEqual([at, whole(kept)])
    }
  },
)

test('R2 Q2: while the disk fails for good nothing is taken, and all goes on when it heals', async () => {
  for (const faulty of ['open', 'write', 'flush', 'cut'] as const) {
    let isHurt = false
    const files = watchedFiles((step) => {
      if (isHurt && step === faulty) throw new Error('planted fault')
    })
    const folder = join(temporaryFolder(), 'log')
    const log = openLog(folder, { limits, files })
    await log.append(pair(0))
    // A flush that fails is what brings the other steps onto the path.
    const first = nodeFiles.flush
    nodeFiles.flush = () => {
      throw new Error('planted fault at the first flush')
    }
    await expect(log.append(pair(1))).rejects.toBeInstanceOf(LogWriteError)
    nodeFiles.flush = first

    isHurt = true
    for (let n = 2; n < 5; n++) await expect(log.append(pair(n))).rejects.toBeInstanceOf(LogWriteError)
    await expect(log.probe()).rejects.toBeInstanceOf(LogWriteError)
    expect(await log.head()).toBe(2)
    isHurt = false

    await log.probe()
    await log.append(pair(5))
    expect(await contents(log)).toEqual(whole([0, 5]))
    await log.close()
    expect(await surviving(folder)).toEqual(whole([0, 5]))
  }
})

test('R2 Q2: a write that takes only a part refuses the commit, whatever part it is', async () => {
  for (const part of [0, 1, 23, 24, 25, 200]) {
    let isShort = false
    const files = {
      ...nodeFiles,
      write: (file: number, bytes: Uint8Array, at: number) =>
        nodeFiles.write(file, isShort ? bytes.subarray(0, part) : bytes, at),
    }
    const folder = join(temporaryFolder(), 'log')
    const log = openLog(folder, { limits, files })
    await log.append(pair(0))

    isShort = true
    await expect(log.append(pair(1))).rejects.toThrow(/only \d+ of \d+ bytes were written/)
    isShort = false

    // As after a kill: the part is still in the file.
    const end = join(temporaryFolder(), 'log')
    mkdirSync(end)
    for (const name of readdirSync(folder)) writeFileSync(join(end, name), readFileSync(join(folder, name)))
    expect(await surviving(end)).toEqual(whole([0]))
    await log.append(pair(2))
    expect(await contents(log)).toEqual(whole([0, 2]))
    await log.close()
  }
})

test('Q2: when zeros cannot be written ahead, commits go on without', async () => {
  for (const faulty of ['writeLater', 'flushLater'] as const) {
    let tries = 0
    const files = watchedFiles((step) => {
      if (step !== faulty) return
      tries++
      throw new Error('planted fault')
    })
    const folder = join(temporaryFolder(), 'log')
    const log = openLog(folder, { limits, files })
    for (let n = 0; n < PAIRS; n++) await log.append(pair(n))

    expect(tries).toBeGreaterThan(0)
    await log.close()
    expect(await surviving(folder)).toEqual(whole(Array.from({ length: PAIRS }, (_, n) => n)))
  }
})

test('a block waits while zeros are under way where it belongs, and is not written over', async () => {
  let release = (): void => {}
  let under = 0
  const files = {
    ...nodeFiles,
    writeLater: async (file: number, bytes: Uint8Array, at: number) => {
      under++
      await new Promise<void>((resolve) => (release = resolve))
      await nodeFiles.writeLater(file, bytes, at)
      under--
    },
  }
  const folder = join(temporaryFolder(), 'log')
  const log = openLog(folder, { files })
  await log.append(pair(0))
  expect(under).toBe(1)

  const second = log.append(pair(1)).then(() => under)
  const report = log.append([anEntry({ body: { payload: '{"n":1}' } })])
  const found = log.findReport(DEVICE, Buffer.from('{"n":1}'), 0)
  await new Promise((resolve) => setImmediate(resolve))
  expect(await log.head()).toBe(2)
  expect(await found).toBe(NOON)
  release()

  // Written after the zeros, not before.
  expect(await second).toBe(0)
  await report
  expect(await contents(log)).toEqual([...whole([0, 1]), '{"n":1}'])
  // The next zeros may be on their way by now: whatever waits for them is let go.
  const closed = log.close()
  const releasing = setInterval(() => release(), 1)
  await closed
  clearInterval(releasing)
  expect(await surviving(folder)).toEqual([...whole([0, 1]), '{"n":1}'])
})

/** The files of a log of so many pairs, all in one segment, closed. */
async function aFile(pairs: number): Promise<{ name: string; bytes: Buffer; ends: number[] }> {
  const folder = join(temporaryFolder(), 'log')
  const log = openLog(folder)
  const ends = [32]
  for (let n = 0; n < pairs; n++) {
    await log.append(pair(n))
    ends.push(32)
  }
  await log.close()
  const [name = ''] = readdirSync(folder)
  const bytes = readFileSync(join(folder, name))
  for (let n = 1; n <= pairs; n++)
    ends[n] = (ends[n - 1] ?? 0) + 24 + bytes.readUInt32LE((ends[n - 1] ?? 0) + 8)
  expect(ends.at(-1)).toBe(bytes.length)
  return { name, bytes, ends }
}

function aFolderWith(name: string, bytes: Buffer): string {
  const folder = join(temporaryFolder(), 'log')
  mkdirSync(folder)
  writeFileSync(join(folder, name), bytes)
  return folder
}

test('R5: a last block that is torn at any byte is cut off, with or without zeros behind it', async () => {
  const { name, bytes, ends } = await aFile(3)
  const [start = 0, end = 0] = ends.slice(-2)
  for (let length = start; length <= end; length++)
    for (const zeros of [0, 700]) {
      const torn = Buffer.concat([bytes.subarray(0, length), Buffer.alloc(zeros)])
      const found = await surviving(aFolderWith(name, torn))
      // Zeros may be what stood there.
      const isWhole = Buffer.concat([torn, Buffer.alloc(end)])
        .subarray(0, end)
        .equals(bytes)
      expect([length, zeros, found]).toEqual([
        length,
        zeros,
        whole((isWhole && zeros > 0) || length === end ? [0, 1, 2] : [0, 1]),
      ])
    }
})

test('R5: a last block of which only some pages came to the disk is cut off', async () => {
  const { name, bytes, ends } = await aFile(3)
  const [start = 0, end = 0] = ends.slice(-2)
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), async (pages) => {
      const torn = Buffer.from(bytes)
      const size = Math.ceil((end - start) / pages.length)
      for (const [n, isThere] of pages.entries())
        if (!isThere) torn.fill(0, start + n * size, Math.min(end, start + (n + 1) * size))
      const found = await surviving(aFolderWith(name, torn))
      expect(found).toEqual(whole(torn.equals(bytes) ? [0, 1, 2] : [0, 1]))
    }),
    { numRuns: 40 },
  )
})

test('R5: damage before the last block is never taken for a torn end: the start is refused with file and remedy', async () => {
  const { name, bytes, ends } = await aFile(3)
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 0, max: (ends[2] ?? 0) - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (at, flip) => {
        const hurt = Buffer.from(bytes)
        hurt[at] = (hurt[at] ?? 0) ^ flip
        const folder = aFolderWith(name, hurt)
        // Bytes 20 to 31 of the header say nothing.
        if (at >= 20 && at < 32) return openLog(folder).close()
        expect(() => openLog(folder)).toThrow(
          /0000000000000001\.segment is damaged: .*Restore this file from a backup/,
        )
        expect(readFileSync(join(folder, name))).toEqual(hurt)
        return Promise.resolve()
      },
    ),
  )
})

/** A closed log of several segments. */
async function aLongLog(): Promise<{ folder: string; names: string[]; all: string[] }> {
  const folder = join(temporaryFolder(), 'log')
  const log = openLog(folder, { limits })
  for (let n = 0; n < PAIRS; n++) await log.append(pair(n))
  await log.close()
  const names = readdirSync(folder).filter((name) => name.endsWith('.segment'))
  expect(names.length).toBeGreaterThan(2)
  return { folder, names: names.toSorted(), all: whole(Array.from({ length: PAIRS }, (_, n) => n)) }
}

test('an index that is missing, damaged or of something else is made again from its segment', async () => {
  const damages: readonly ((path: string) => void)[] = [
    (path) => rmSync(path),
    (path) => truncateSync(path, 30),
    (path) => writeFileSync(path, ''),
    (path) => {
      const bytes = readFileSync(path)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      writeFileSync(path, bytes)
    },
    (path) => writeFileSync(path, readFileSync(path.replace(/\d{16}/, '0000000000000001'))),
  ]
  for (const damage of damages) {
    const { folder, names, all } = await aLongLog()
    const index = join(folder, names[1]?.replace('.segment', '.index') ?? '')
    const before = readFileSync(index)
    damage(index)

    const log = openLog(folder, { limits })
    onTestFinished(() => log.close())

    expect(await contents(log)).toEqual(all)
    expect(readFileSync(index)).toEqual(before)
  }
})

test('damage in a sealed segment is told with file and remedy when it is read, or when its index has to be made', async () => {
  const { folder, names, all } = await aLongLog()
  const path = join(folder, names[1] ?? '')
  const bytes = readFileSync(path)
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
  writeFileSync(path, bytes)
  const told = new RegExp(`${names[1]} is damaged: .*Restore this file from a backup`)

  const log = openLog(folder, { limits })
  await expect(log.read({ limit: 100 })).rejects.toThrow(told)
  // What is sound can still be read and added to.
  const last = Number.parseInt(names[2] ?? '')
  const rest = await log.read({ after: (last - 1) as Position, limit: 100 })
  expect(rest).toHaveLength(all.length - last + 1)
  await log.append(pair(99))
  await log.close()
  rmSync(path.replace('.segment', '.index'))
  expect(() => openLog(folder, { limits })).toThrow(told)
})

test('a segment that is cut short or gone is told with file and remedy, never passed over', async () => {
  const cut = await aLongLog()
  const path = join(cut.folder, cut.names[1] ?? '')
  truncateSync(path, readFileSync(path).length - 10)
  expect(() => openLog(cut.folder, { limits })).toThrow(new RegExp(`${cut.names[1]} is damaged`))

  const gone = await aLongLog()
  rmSync(join(gone.folder, gone.names[1] ?? ''))
  expect(() => openLog(gone.folder, { limits })).toThrow(new RegExp(`${gone.names[1]} is missing.* Restore`))
})

test('what a start or a probe left behind is cleared away', async () => {
  const { folder, all } = await aLongLog()
  for (const name of ['probe.tmp', '0000000000000001.index.tmp', '0000000000000000.index'])
    writeFileSync(join(folder, name), 'x')

  const log = openLog(folder, { limits })
  onTestFinished(() => log.close())

  expect(await contents(log)).toEqual(all)
  expect(readdirSync(folder).filter((name) => !/^\d{16}\.(segment|index)$/.test(name))).toEqual([])
  expect(readdirSync(folder)).not.toContain('0000000000000000.index')
})
