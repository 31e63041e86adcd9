import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Position } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'
import { seqOf } from '../../domain/history/seq.ts'
import { NOON } from '../../../tests/support/builders.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import { type HistoryLimits, openHistoryStore } from './history-store.ts'

const DEVICE = 'a-device' as DeviceId
const DAY = 86_400_000
const at = (position: number): Position => position as Position

function setUp(changed: Partial<HistoryLimits> = {}) {
  const folder = temporaryFolder()
  const clock = { time: NOON, now: () => clock.time }
  let position = 0
  const open = () => {
    const store = openHistoryStore({ folder, clock, limits: { ...limits, ...changed } })
    onTestFinished(() => store.close())
    return store
  }
  const store = open()
  const add = (time: number, value = 1, receivedAt = time): void =>
    store.add(DEVICE, 'meter', {
      time,
      receivedAt,
      timeSource: 'device',
      repeats: false,
      seq: seqOf(at(++position), 0),
      values: [['a', value]],
    })
  const foldAll = (): Promise<void> => store.foldAll(at(position))
  const files = (): readonly string[] =>
    readdirSync(folder)
      .filter((name) => /^history-(\d|other).*[.]db$/.test(name))
      .toSorted()
  const times = async () =>
    (await Array.fromAsync(store.scan({ deviceId: DEVICE, order: 'asc' }))).map(({ time }) => time)
  return { folder, store, clock, add, foldAll, files, times, open }
}

test('a file a month; clocks that say 1970 or 2099 share one file', async () => {
  const { add, foldAll, files, times, store } = setUp()
  const month = new Date(NOON).toISOString().slice(0, 7)
  const absurd = [0, 5 * 365 * DAY, NOON + 10 * 365 * DAY, Date.UTC(2099, 0)]
  for (const time of [...absurd, NOON]) add(time)

  await foldAll()

  expect(files()).toEqual([`history-${month}.db`, 'history-other.db'])
  expect(await times()).toEqual([...absurd, NOON].toSorted((a, b) => a - b))
  expect(await store.stats()).toMatchObject({ points: 5, openPoints: 0, files: 2, oldest: NOON })
})

test('retention by age deletes whole months that ended before, and of absurd times what was received before', async () => {
  const { add, foldAll, files, times, store } = setUp()
  for (const months of [0, 1, 2, 3]) add(NOON - months * 31 * DAY)
  add(0, 1, NOON - 100 * DAY)
  add(1000, 1, NOON)
  await foldAll()
  add(0, 2, NOON - 50 * DAY)
  await foldAll()
  const before = files()

  await store.prune({ olderThan: NOON - 40 * DAY })

  expect(files()).toEqual(before.slice(-3))
  expect(await times()).toEqual([0, 1000, NOON - 31 * DAY, NOON])
})

test('retention by size deletes the oldest months, never the current one', async () => {
  const { add, foldAll, files, store } = setUp()
  for (const months of [0, 1, 2, 3]) add(NOON - months * 31 * DAY)
  await foldAll()
  const all = files()
  const { bytes } = await store.stats()

  await store.prune({ bytesMax: bytes })
  expect(files()).toEqual(all)
  await store.prune({ bytesMax: bytes - 1 })
  expect(files()).toEqual(all.slice(1))
  await store.prune({ bytesMax: 1 })

  expect(files()).toEqual(all.slice(-1))
})

test('a reader of a month that is deleted meanwhile goes on with the next', async () => {
  const { add, foldAll, store } = setUp({ historySliceMillis: 0, historyChunkRowsMax: 2 })
  for (const days of [60, 50, 40, 31, 30, 0]) for (let n = 0; n < 4; n++) add(NOON - days * DAY + n)
  await foldAll()

  const found: number[] = []
  for await (const { time } of store.scan({ deviceId: DEVICE, order: 'asc' })) {
    if (found.length === 0) await store.prune({ bytesMax: 1 })
    found.push(time)
  }

  expect(found).toEqual(found.toSorted((a, b) => a - b))
  expect(found.slice(-4)).toEqual([0, 1, 2, 3].map((n) => NOON + n))
})

test('folding is due by bytes, by rows of one device, by age of the oldest row and by the lag of the log', async () => {
  const due = (changed: Partial<HistoryLimits>, rows: number, lagBytes = 0, later = 0): boolean => {
    const { store, add, clock } = setUp(changed)
    for (let n = 0; n < rows; n++) add(NOON + n)
    const first = store.isDue(lagBytes)
    clock.time += later
    return first || store.isDue(lagBytes)
  }

  expect(due({}, 10)).toBe(false)
  expect(due({ historyOpenBytesMax: 400 }, 10)).toBe(true)
  expect(due({ historyOpenRowsOfOneMax: 10 }, 10)).toBe(true)
  expect(due({}, 1, limits.historyLagBytesMax)).toBe(true)
  expect(due({}, 1, 0, limits.historyOpenMillisMax)).toBe(true)
  expect(due({}, 0, 0, limits.historyOpenMillisMax)).toBe(false)
})

test('the wall clock jumps by a day: back it does not stop folding, forward it folds at once', () => {
  const { store, add, clock } = setUp()
  add(NOON)
  expect(store.isDue(0)).toBe(false)

  clock.time -= DAY
  expect(store.isDue(0)).toBe(false)
  clock.time += limits.historyOpenMillisMax
  expect(store.isDue(0)).toBe(true)

  clock.time += DAY
  expect(store.isDue(0)).toBe(true)
})

test('chunks of a device that reports seldom are merged into few', async () => {
  const { add, foldAll, store, times, files, folder } = setUp()
  for (let n = 0; n < 40; n++) {
    add(NOON + n)
    await foldAll()
  }

  expect((await store.stats()).points).toBe(40)
  expect(await times()).toHaveLength(40)
  const [name = ''] = files()
  const file = new DatabaseSync(join(folder, name), { readOnly: true })
  // 16 + 16 rows, and 8 chunks of one.
  expect(file.prepare('SELECT count(*) AS chunks FROM chunk').get()).toEqual({ chunks: 10 })
  file.close()
})

test('merging drops what was said twice', async () => {
  const { add, foldAll, store, times } = setUp({ historyMergedChunks: 2 })
  for (let n = 0; n < 8; n++) {
    add(NOON, n, NOON + n)
    await foldAll()
  }

  // The earliest row stays, without its value: it gives the point its seq.
  expect((await store.stats()).points).toBeLessThan(4)
  expect(await times()).toEqual([NOON])
})

test('handles of series stay good through folds, and take values of a property that is new in the middle of a row', async () => {
  const { store, clock, foldAll } = setUp()
  const series = store.series(DEVICE, 'meter')
  const first = series.column('a')
  clock.time = NOON
  for (let n = 1; n <= 3; n++) {
    series.row(NOON + n, NOON + n, n * 1000, 1)
    series.number(first, n)
    for (let m = 0; m < 20; m++) series.value(series.column(`of-${n}-${m}`), m % 2 ? 'text' : m)
    await store.foldAll(at(n))
  }
  await foldAll()

  const rows = await Array.fromAsync(store.scan({ deviceId: DEVICE, order: 'asc' }))

  expect(rows.map(({ values }) => Object.keys(values).length)).toEqual([21, 21, 21])
  expect(rows[2]?.values).toMatchObject({ a: 3, 'of-3-0': 0, 'of-3-19': 'text' })
})

test('rows as wide as a report can be, over the end of a block of memory', async () => {
  const { store } = setUp()
  for (let n = 1; n <= 300; n++)
    store.add(DEVICE, 'meter', {
      time: NOON + n,
      receivedAt: NOON + n,
      timeSource: 'received',
      repeats: false,
      seq: n * 1000,
      values: Array.from({ length: 500 }, (_, m) => [`p${m}`, n * m] as const),
    })

  const check = async (): Promise<void> => {
    const rows = await Array.fromAsync(store.scan({ deviceId: DEVICE, order: 'desc' }))
    expect(rows.map(({ values }) => values['p499'])).toEqual(
      Array.from({ length: 300 }, (_, n) => (300 - n) * 499),
    )
  }

  await check()
  await store.foldAll(at(300))
  await check()
})

test('a crash in the middle of a fold leaves no row in the files twice', async () => {
  const { store, open } = setUp({ historyChunkRowsMax: 8 })
  const replay = (to: ReturnType<typeof open>): void => {
    for (let n = 1; n <= 100; n++) {
      const row = { time: NOON + n, receivedAt: NOON, timeSource: 'device', repeats: false } as const
      to.add(`device-${n % 4}` as DeviceId, 'meter', { ...row, seq: seqOf(at(n), 0), values: [['a', n]] })
    }
  }
  replay(store)
  store.beginFold(at(100))
  store.work(0)
  store.work(0)
  const { points } = await store.stats()
  store.close()

  const again = open()
  expect(again.foldedPosition()).toBe(0)
  replay(again)
  await again.foldAll(at(100))

  expect(points).toBe(16)
  expect((await again.stats()).points).toBe(100)
  expect(again.foldedPosition()).toBe(100)
})

test('thousands of rows of every kind of column come back as they were, also merged', async () => {
  const { store } = setUp({ historyMergedChunks: 4 })
  const expected: unknown[] = []
  let [state, walk] = [1, 20]
  const random = (): number => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647
  let position = 0
  for (let fold = 0; fold < 5; fold++) {
    for (let n = 0; n < 1500; n++) {
      walk = Math.round((walk + random() - 0.5) * 100) / 100
      const time = NOON + ++position * 1000 + Math.floor(random() * 500)
      const values = {
        walk,
        count: position,
        double: random() * 100,
        float: Math.fround(random()),
        state: position % 7 === 0 ? 'on' : 'off',
        ...(position % 3 === 0 ? { rare: -position } : {}),
        ...(position % 500 === 0 ? { mixed: [position], large: random() * 1e300 } : { mixed: position / 10 }),
      }
      expected.push(values)
      store.add(DEVICE, 'meter', {
        time,
        receivedAt: time + Math.floor(random() * 20),
        timeSource: 'device',
        repeats: false,
        seq: seqOf(at(position), n % 3),
        values: Object.entries(values),
      })
    }
    await store.foldAll(at(position))
  }

  const rows = await Array.fromAsync(store.scan({ deviceId: DEVICE, order: 'asc' }))

  expect(rows.map(({ values }) => values)).toEqual(expected)
})

test('R11: while a fold is under way the rows that come have a bound too, and the owner is told of it', async () => {
  const { store, add, foldAll } = setUp({ historyOpenBytesMax: 480, historyChunkRowsMax: 1 })
  for (let n = 0; n < 10; n++) add(NOON + n)
  const before = store.isFull
  store.beginFold(at(10))
  for (let n = 10; n < 20; n++) add(NOON + n)
  const during = store.isFull

  await foldAll()

  expect([before, during, store.isFull]).toEqual([false, true, false])
})
