import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Position } from '../../src/base/ids.ts'
import { limits as defaults } from '../../src/base/limits.ts'
import type { NewEntry } from '../../src/domain/entry/entry.ts'
import { segmentHeader } from '../../src/log/block.ts'
import { nodeFiles } from '../../src/log/files.ts'
import { type Log, LogWriteError, type PruneOptions } from '../../src/log/log.ts'
import { deviceHash, RecordCursor, RecordWriter, reportSource } from '../../src/log/record.ts'
import { anEntry, aStatusEntry, DEVICE, NOON, PROJECT } from '../support/builders.ts'
import { aFaultyLogDisk, openLog, watchedFiles } from '../support/segment-log.ts'
import { makeSmallDisk } from '../support/small-disk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { describeLog } from './log.ts'

/** Nothing ends in such a test, so nothing has to be flushed. */
const unflushed = { ...nodeFiles, flush: () => {}, flushFolder: () => {} }

describeLog('the segment log', () => {
  const folder = join(temporaryFolder(), 'log')
  const { files, failAt, heal } = aFaultyLogDisk()
  return { open: () => Promise.resolve(openLog(folder, { files })), failAt, heal }
})

// Slices of two records, blocks of three, segments of a few: every walk has to cross from one to the next.
describeLog('the segment log in small pieces', () => {
  const folder = join(temporaryFolder(), 'log')
  const { files, failAt, heal } = aFaultyLogDisk()
  const limits = { scanRowsMax: 2, logBatchEntriesMax: 3, logSegmentBytesMax: 1500, logRecentBytes: 1000 }
  return { open: () => Promise.resolve(openLog(folder, { limits, files })), failAt, heal }
})

/** A log whose segments hold a few entries each. */
function aSmallLog(limits: Parameters<typeof openLog>[1] & object = {}) {
  const folder = join(temporaryFolder(), 'log')
  const log = openLog(folder, {
    limits: { logSegmentBytesMax: 2500, logRecentBytes: 1000, ...limits.limits },
  })
  onTestFinished(() => log.close())
  return { folder, log }
}

test("R12: a page is given back short where few of a device's many entries are wanted", async () => {
  const { log } = aSmallLog({
    limits: { scanRowsMax: 2, deviceEntriesScannedMax: 4, logSegmentBytesMax: 1000 },
  })
  await log.append([aStatusEntry()])
  for (let n = 0; n < 9; n++) await log.append([anEntry()])
  const query = { deviceId: DEVICE, from: 1 as Position, kinds: ['status'], limit: 5 } as const

  expect(await log.readBack(query)).toEqual({ entries: [], before: 7 })
  expect(await log.readBack({ ...query, before: 7 })).toEqual({ entries: [], before: 3 })
  expect(await log.readBack({ ...query, before: 3 })).toMatchObject({ entries: [{ position: 1 }] })
})

test('R12: a read that finds little lets others have their turn, and what they append', async () => {
  const { log } = aSmallLog({ limits: { scanRowsMax: 10, logAheadBytes: 0 } })
  await log.append(Array.from({ length: 100 }, () => anEntry()))
  const done: string[] = []

  const scan = log.read({ kinds: ['audit'], limit: 10 }).then(() => done.push('scan'))
  const walk = log
    .readBack({ deviceId: DEVICE, from: 1 as Position, kinds: ['audit'], limit: 10 })
    .then(() => done.push('walk'))
  await log.append([anEntry()]).then(() => done.push('append'))
  await Promise.all([scan, walk])

  expect(done[0]).toBe('append')
})

test('R1: what is appended in one turn shares one block and one flush, in as many blocks as its bounds ask for', async () => {
  const steps: string[] = []
  const files = watchedFiles((step) => void (step === 'write' || step === 'flush' ? steps.push(step) : 0))
  const log = openLog(join(temporaryFolder(), 'log'), {
    limits: { logBatchEntriesMax: 100, logAheadBytes: 0 },
    files,
  })
  onTestFinished(() => log.close())
  steps.length = 0

  await Promise.all(Array.from({ length: 50 }, () => log.append([anEntry()])))
  expect(steps).toEqual(['write', 'flush'])

  await Promise.all(Array.from({ length: 250 }, () => log.append([anEntry()])))
  expect(steps).toEqual(Array.from({ length: 4 }, () => ['write', 'flush']).flat())
})

test('segments change in the middle of a load: no position is missing, twice or out of order', async () => {
  const { folder, log } = aSmallLog({ limits: { logSegmentBytesMax: 10_000 } })
  const writer = new RecordWriter()
  const source = reportSource(DEVICE, PROJECT)
  const appends: Promise<number>[] = []
  let expected = 1
  const firsts: number[] = []
  for (let turn = 0; turn < 60; turn++) {
    for (let n = 0; n <= turn % 4; n++) {
      const count = 1 + ((turn * 7 + n) % 20)
      for (let i = 0; i < count; i++)
        writer.storedReport(source, NOON + expected + i, Buffer.from(`{"n":${expected + i}}`), false)
      firsts.push(expected)
      expected += count
      appends.push(log.appendRecords(writer.take(), count))
    }
    await new Promise((resolve) => setImmediate(resolve))
    // However slow the disk is: what waits for it shares a commit, and a commit is not divided.
    if (turn % 10 === 9) await Promise.all(appends)
  }

  expect(await Promise.all(appends)).toEqual(firsts)
  expect(log.stats().segments).toBeGreaterThan(3)
  const check = (from: Log): void => {
    const cursor = new RecordCursor()
    let position = 0
    for (
      let stretch = from.readRecords(0 as Position);
      stretch;
      stretch = from.readRecords(position as Position)
    )
      for (let start = 0; start < stretch.bytes.length; start += cursor.size) {
        cursor.move(stretch.bytes, start)
        expect(cursor.body.toString()).toBe(`{"n":${++position}}`)
      }
    expect(position).toBe(expected - 1)
  }
  check(log)
  await log.close()
  const again = openLog(folder)
  onTestFinished(() => again.close())
  check(again)
  expect(await again.findReport(DEVICE, Buffer.from('{"n":1}'), NOON)).toBe(NOON + 1)
})

test('retention deletes whole segments from the oldest on, by age or by size, never what is still needed', async () => {
  const { folder, log } = aSmallLog()
  for (let n = 0; n < 30; n++) await log.append([anEntry({ at: NOON + n, body: { payload: String(n) } })])
  const { segments, bytes } = log.stats()
  const names = (): number[] =>
    readdirSync(folder).flatMap((name) => (name.endsWith('.segment') ? [Number.parseInt(name)] : []))
  expect(names()).toHaveLength(segments)
  const [, second = 0, third = 0] = names().toSorted((a, b) => a - b)
  const prune = (options: Omit<PruneOptions, 'before'>, before = 31) =>
    log.prune({ before: before as Position, ...options })

  expect(await prune({})).toEqual({ files: 0, bytes: 0 })
  expect(await prune({ olderThan: NOON })).toEqual({ files: 0, bytes: 0 })
  // The second segment's first entry is number `second`, at NOON + second - 1.
  expect(await prune({ olderThan: NOON + second - 2 })).toEqual({ files: 0, bytes: 0 })
  expect(await prune({ olderThan: NOON + second - 1 }, second - 1)).toEqual({ files: 0, bytes: 0 })
  const one = await prune({ olderThan: NOON + second - 1 })
  expect(one.files).toBe(1)
  expect(log.stats()).toEqual({
    segments: segments - 1,
    bytes: bytes - one.bytes,
    firstPosition: second,
    oldest: NOON + second - 1,
  })
  const two = await prune({ bytesMax: bytes - one.bytes - 1 })
  expect(two.files).toBe(1)
  expect(log.stats().firstPosition).toBe(third)

  // What is left reads on, from whatever place one asks.
  const left = Array.from({ length: 31 - third }, (_, n) => third + n)
  const positions = (entries: readonly { position: number }[]) =>
    entries.map(({ position }) => Number(position))
  expect(positions(await log.read({ limit: 100 }))).toEqual(left)
  expect(positions(await log.read({ after: (third + 1) as Position, limit: 100 }))).toEqual(left.slice(2))
  const page = await log.readBack({ deviceId: DEVICE, from: 1 as Position, limit: 100 })
  expect(positions(page.entries)).toEqual(left.toReversed())
  expect(await log.findReport(DEVICE, Buffer.from('0'), NOON)).toBeUndefined()
  expect(() => log.readRecords(0 as Position)).toThrow(`the log begins at ${third}`)
  expect(log.readRecords((third - 1) as Position)?.first).toBe(third)

  // The active segment stays, whatever is asked; the log goes on from there, also after a start.
  await prune({ bytesMax: 0 })
  expect(log.stats().segments).toBe(1)
  await log.close()
  const again = openLog(folder)
  onTestFinished(() => again.close())
  expect(await again.head()).toBe(30)
  expect(await again.append([anEntry()])).toEqual([31])
})

test('who reads while segments are deleted ends there, without a fault', async () => {
  const { log } = aSmallLog({ limits: { scanRowsMax: 1 } })
  for (let n = 0; n < 30; n++) await log.append([anEntry()])

  const walk = log.readBack({ deviceId: DEVICE, from: 1 as Position, limit: 100 })
  const scan = log.read({ limit: 100 })
  await log.prune({ before: 31 as Position, bytesMax: 0 })

  expect((await walk).entries[0]?.position).toBe(30)
  expect((await scan).at(-1)?.position).toBe(30)
})

const devices = ['demo_a', 'demo_b', 'demo_c'] as DeviceId[]

test('Q1: pages of a device, read backwards, hold exactly its entries, whatever the segments and blocks', async () => {
  const entries = fc.array(
    fc.record({ device: fc.constantFrom(...devices), isStatus: fc.boolean(), endsBlock: fc.boolean() }),
    { minLength: 1, maxLength: 60 },
  )
  const query = fc.record({
    device: fc.constantFrom(...devices),
    from: fc.integer({ min: 1, max: 70 }),
    before: fc.option(fc.integer({ min: 1, max: 70 }), { nil: undefined }),
    kinds: fc.constantFrom(undefined, ['status'] as const, ['report'] as const),
    limit: fc.integer({ min: 1, max: 7 }),
    scanned: fc.integer({ min: 1, max: 20 }),
  })
  await fc.assert(
    fc.asyncProperty(entries, query, async (written, { device, from, before, kinds, limit, scanned }) => {
      const folder = join(temporaryFolder(), 'log')
      const limits = {
        logSegmentBytesMax: 2000,
        scanRowsMax: 3,
        deviceEntriesScannedMax: scanned,
        logAheadBytes: 0,
      }
      const log = openLog(folder, { limits, files: unflushed })
      const block: NewEntry[] = []
      for (const { device: deviceId, isStatus, endsBlock } of written) {
        block.push(isStatus ? aStatusEntry({}, { deviceId }) : anEntry({ deviceId }))
        if (endsBlock) await log.append(block.splice(0))
      }
      await log.append(block)

      const found: number[] = []
      for (let next = before; ;) {
        const page = await log.readBack({
          deviceId: device,
          from: from as Position,
          limit,
          ...(next === undefined ? {} : { before: next }),
          ...(kinds ? { kinds } : {}),
        })
        expect(page.entries.length).toBeLessThanOrEqual(limit)
        found.push(...page.entries.map(({ position }) => Number(position)))
        if (page.before === undefined) break
        expect(page.before).toBeLessThan(next ?? Infinity)
        next = page.before
      }
      await log.close()

      const expected = written.flatMap(({ device: of, isStatus }, index) => {
        const position = index + 1
        const isKind = !kinds || kinds.some((kind) => (kind === 'status') === isStatus)
        return of === device && isKind && position >= from && position < (before ?? Infinity)
          ? [position]
          : []
      })
      expect(found).toEqual(expected.toReversed())
    }),
    { numRuns: 60 },
  )
})

test('R4 Q1: a report is found when it was received since, however late or repeated what stands around it', async () => {
  const { redeliveryMillisMax, logDelayMillisMax } = defaults
  const appended = fc.array(
    fc.record({
      // Between appends: mostly little, sometimes more than the window.
      pause: fc.oneof(
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 2 * redeliveryMillisMax }),
      ),
      delay: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: logDelayMillisMax })),
      /** A redelivery has the time of what it repeats. */
      early: fc.option(fc.integer({ min: 0, max: redeliveryMillisMax }), { nil: undefined }),
      payload: fc.constantFrom('1', '2', '3'),
      form: fc.constantFrom('stored', 'json', 'status', 'other'),
    }),
    { minLength: 1, maxLength: 40 },
  )
  await fc.assert(
    fc.asyncProperty(appended, fc.integer({ min: 0, max: logDelayMillisMax }), async (all, asked) => {
      const limits = { logSegmentBytesMax: 1500, scanRowsMax: 2, logAheadBytes: 0 }
      const log = openLog(join(temporaryFolder(), 'log'), { limits, files: unflushed })
      let now = NOON
      const reports: { at: number; payload: string }[] = []
      const writer = new RecordWriter()
      for (const { pause, delay, early, payload, form } of all) {
        now += pause
        const at = now - delay - (early ?? 0)
        const repeats = early === undefined ? {} : { repeats: true as const }
        if (form === 'stored')
          writer.storedReport(reportSource(DEVICE, PROJECT), at, Buffer.from(payload), 'repeats' in repeats)
        // What is no report may come at any time: the end of a connection is written when it can be.
        else if (form === 'status') writer.entry(aStatusEntry({}, { at: at - 10 * redeliveryMillisMax }))
        else
          writer.entry(
            anEntry({
              at,
              body: { payload, ...repeats },
              deviceId: form === 'json' ? DEVICE : ('else' as DeviceId),
            }),
          )
        if (form === 'stored' || form === 'json') reports.push({ at, payload })
        await log.appendRecords(writer.take(), 1)
      }
      const since = now + asked - redeliveryMillisMax
      for (const payload of ['1', '2', '3']) {
        const found = await log.findReport(DEVICE, Buffer.from(payload), since)
        expect(found).toBe(reports.findLast((report) => report.payload === payload && report.at >= since)?.at)
      }
      await log.close()
    }),
    { numRuns: 60 },
  )
})

test('R4: a redelivery is recognized when the wall clock was stepped back by a day after the first delivery', async () => {
  const { log } = aSmallLog()
  const day = 24 * 3_600_000
  await log.append([anEntry({ at: NOON, body: { payload: '{"n":1}' } })])
  for (let n = 0; n < 30; n++)
    await log.append([anEntry({ at: NOON - day + n, body: { payload: `{"later":${n}}` } })])

  const since = NOON - day + 30 - defaults.redeliveryMillisMax
  expect(await log.findReport(DEVICE, Buffer.from('{"n":1}'), since)).toBe(NOON)
  expect(await log.findReport(DEVICE, Buffer.from('{"later":29}'), since)).toBe(NOON - day + 29)
})

test('R4: of a payload that was too large only its beginning is kept, which is no report of that payload', async () => {
  const { log } = aSmallLog()
  await log.append([anEntry({ body: { payload: '{"a":1', payloadBytes: 70_000 } })])

  expect(await log.findReport(DEVICE, Buffer.from('{"a":1'), NOON)).toBeUndefined()
})

test('devices that share a hash do not see each other', async () => {
  const [one, other] = ['demo_lfhux4', 'demo_64245'] as [DeviceId, DeviceId]
  expect(deviceHash(one)).toBe(deviceHash(other))
  const { log } = aSmallLog()
  await log.append([anEntry({ deviceId: one }), anEntry({ deviceId: other }), anEntry({ deviceId: one })])

  const read = async (deviceId: DeviceId) =>
    (await log.readBack({ deviceId, from: 1 as Position, limit: 9 })).entries
  expect((await read(one)).map(({ position }) => Number(position))).toEqual([3, 1])
  expect((await read(other)).map(({ position }) => Number(position))).toEqual([2])
  expect(await log.read({ deviceIds: [other], limit: 9 })).toHaveLength(1)
  await log.append([anEntry({ deviceId: one, body: { payload: '{"only":1}' } })])
  expect(await log.findReport(other, Buffer.from('{"only":1}'), NOON)).toBeUndefined()
})

test('an idle log takes a few bytes, a busy one reserves some megabytes, a closed one nothing', async () => {
  const folder = join(temporaryFolder(), 'log')
  const log = openLog(folder)
  const size = (): number =>
    readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
  expect(size()).toBe(32)
  const writer = new RecordWriter()
  const source = reportSource(DEVICE, PROJECT)

  for (let commits = 0; commits < 100; commits++) {
    for (let n = 0; n < 500; n++) writer.storedReport(source, NOON, Buffer.alloc(200, 0x20), false)
    await log.appendRecords(writer.take(), 500)
    expect(size()).toBeLessThanOrEqual((commits + 1) * 150_000 + 9 * 1024 * 1024)
  }

  const written = log.stats().bytes
  await log.close()
  expect(size()).toBeLessThanOrEqual(written)
  expect(size()).toBe(32 + 100 * (24 + 500 * (24 + DEVICE.length + PROJECT.length + 200)))
})

test('R2: on a disk that is full a probe fails although room is reserved, and succeeds when there is space again', async () => {
  const disk = makeSmallDisk()
  onTestFinished(() => disk.dispose())
  const log = openLog(join(disk.folder, 'log'))
  onTestFinished(() => log.close())
  await log.append([anEntry()])
  await log.probe()
  expect(log.stats().bytes).toBeGreaterThan(0)

  disk.fill(process.pid)
  await expect(log.probe()).rejects.toBeInstanceOf(LogWriteError)
  let taken = 1
  const big = anEntry({ body: { payload: 'x'.repeat(1024 * 1024) } })
  await expect(async () => {
    for (;;) {
      await log.append([big])
      taken++
    }
  }).rejects.toBeInstanceOf(LogWriteError)
  expect(await log.head()).toBe(taken)
  disk.free(process.pid)

  await log.probe()
  expect(await log.append([anEntry()])).toEqual([taken + 1])
  expect(await log.read({ limit: 100 })).toHaveLength(taken + 1)
})

test('a log that a newer version wrote is refused in one sentence', () => {
  const folder = join(temporaryFolder(), 'log')
  const header = segmentHeader(1)
  header.writeUInt32LE(99, 4)
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16)
  mkdirSync(folder)
  writeFileSync(join(folder, '0000000000000001.segment'), header)

  expect(() => openLog(folder)).toThrow(/format 99, this version of Quayside reads format 1/)
})

test('a log that cannot be made says so, and is made whole once it can', async () => {
  for (const step of ['makeFolder', 'open', 'write', 'flush', 'flushFolder'] as const) {
    const folder = join(temporaryFolder(), 'log')
    const { files, failAt, heal } = aFaultyLogDisk()
    failAt(step)
    expect(() => openLog(folder, { files })).toThrow('planted fault')
    heal()

    const log = openLog(folder, { files })
    expect(await log.append([anEntry()])).toEqual([1])
    await log.close()
  }
})

test('records that are none are refused, and harm nothing', async () => {
  const { log } = aSmallLog()
  await log.append([anEntry()])
  const writer = new RecordWriter()
  writer.entry(anEntry())
  const record = writer.take()

  for (const [bytes, count] of [
    [record, 2],
    [record.subarray(0, 30), 1],
    [new Uint8Array(50), 1],
    [Buffer.concat([record, new Uint8Array(3)]), 1],
  ] as const)
    await expect(log.appendRecords(bytes, count)).rejects.toThrow('these bytes are not so many records')

  expect(await log.append([anEntry()])).toEqual([2])
  const { entries } = await log.readBack({ deviceId: DEVICE, from: 1 as Position, limit: 9 })
  expect(entries.map(({ position }) => Number(position))).toEqual([2, 1])
})

test('R1 R5 Q3: kill -9 in the middle of a load loses nothing acknowledged and needs no hands', async () => {
  const folder = join(temporaryFolder(), 'log')
  const writer = fork(new URL('../support/log-writer.ts', import.meta.url), [folder], { execArgv: [] })
  let acknowledged = 0
  writer.on('message', (position) => {
    acknowledged = Number(position)
    if (acknowledged > 500) writer.kill('SIGKILL')
  })
  await once(writer, 'exit')

  const log = openLog(folder)
  onTestFinished(() => log.close())

  expect(acknowledged).toBeGreaterThan(500)
  expect(await log.head()).toBeGreaterThanOrEqual(acknowledged)
  const entries = await log.read({ limit: 10_000, deviceIds: [DEVICE] })
  expect(entries.map(({ position }) => Number(position))).toEqual(entries.map((_, index) => index + 1))
  await log.append([anEntry()])
})
