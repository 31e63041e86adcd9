import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { Position } from '../../src/base/ids.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { limits as defaults } from '../../src/base/limits.ts'
import { seqOf } from '../../src/domain/history/seq.ts'
import type { RetentionSettings } from '../../src/domain/retention/retention.ts'
import { applyRetention } from '../../src/jobs/apply-retention.ts'
import { openProjections, type Projections } from '../../src/projections/projections.ts'
import { type HistoryLimits, openHistoryStore } from '../../src/store/history/history-store.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'
import { saveRetention } from '../../src/store/settings.ts'
import { aClock, aFaultyDisk, anEntry, aReportVerdict, aStatusEntry, DEVICE } from '../support/builders.ts'
import { startQuayside } from '../support/quayside.ts'
import { openLog } from '../support/segment-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/*
 * What the settings let go is gone, and what they keep is there, through the job, the projections, the history and the
 * log as the platform has them, on small segments.
 */

const DAY = 86_400_000
/** History knows no clock but the machine's for what the current month is. */
const NOW = Date.now()
const everything: RetentionSettings = {
  historyDays: defaults.retentionDaysMax,
  historyBytesMax: undefined,
  logDays: defaults.retentionDaysMax,
  logBytesMax: undefined,
}
/** Rows go into files as soon as there is time for it. */
const atOnce: Partial<HistoryLimits> = { historyOpenRowsOfOneMax: 1 }

async function aPlatform(limits: Partial<HistoryLimits> = atOnce) {
  const folder = temporaryFolder()
  const file = join(folder, 'projections.db')
  const disk = aFaultyDisk()
  const log = openLog(join(folder, 'log'), { limits: { logSegmentBytesMax: 2500, logRecentBytes: 1000 } })
  const store = openStore({ file: ':memory:', key: new Uint8Array(32) })
  await migrate(store, aClock(NOW))
  const open = (): Promise<Projections> =>
    openProjections({
      file,
      historyFolder: join(folder, 'history'),
      log,
      limits: { ...defaults, ...limits },
      faults: disk.faults,
    })
  const platform = {
    log,
    disk,
    projections: await open(),
    /** A report of each of these days ago, as it was measured and received. */
    async reported(days: readonly number[]): Promise<void> {
      for (const day of days) {
        const at = NOW - day * DAY
        await log.append([anEntry({ at, verdict: aReportVerdict({ values: { day }, time: at }) })])
      }
      await platform.projections.catchUp()
    },
    /** All that history has is in files. */
    async folded(): Promise<void> {
      const openPoints = async () => (await platform.projections.historyStats()).openPoints
      await expect.poll(openPoints).toBe(0)
      // What is merged and tidied up behind a fold changes the size of its files.
      let before = -1
      const isSettled = async () => {
        const { bytes } = await platform.projections.historyStats()
        const isSame = bytes === before
        before = bytes
        return isSame
      }
      await expect.poll(isSettled, { interval: 1500 }).toBe(true)
    },
    async keeping(settings: Partial<RetentionSettings>): Promise<void> {
      await saveRetention(store, { ...everything, ...settings })
      await applyRetention({
        store,
        clock: aClock(NOW),
        logger: silentLogger,
        prune: (what) => platform.projections.prune(what),
      })
    },
    /** Days ago, of the points that history still has. */
    async days(): Promise<readonly unknown[]> {
      const query = { deviceId: DEVICE, limit: 1000, order: 'desc' } as const
      const { points } = await platform.projections.readHistory(query)
      return points.map((point) => point.values['day'])
    },
    /** Positions of the entries that the log still has. */
    async positions(): Promise<readonly number[]> {
      return (await log.read({ limit: 10_000 })).map(({ position }) => Number(position))
    },
    async restart({ withoutProjections = false } = {}): Promise<void> {
      await platform.projections.close()
      if (withoutProjections) for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true })
      platform.projections = await open()
    },
  }
  onTestFinished(async () => {
    await platform.projections.close()
    await log.close()
    await store.close()
  })
  return platform
}

const tenMonths = Array.from({ length: 11 }, (_, month) => (10 - month) * 31)

test('months older than history is kept go, whole; what is younger can be read, also after a restart', async () => {
  const platform = await aPlatform()
  await platform.reported(tenMonths)
  await platform.folded()
  const before = await platform.projections.historyStats()

  await platform.keeping({ historyDays: 366 })
  expect(await platform.days()).toEqual(tenMonths.toReversed())
  await platform.keeping({ historyDays: 100 })

  const endOfMonth = (day: number): number => {
    const time = new Date(NOW - day * DAY)
    return Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1, 1)
  }
  const kept = tenMonths.filter((day) => endOfMonth(day) > NOW - 100 * DAY).toReversed()
  expect(kept.length).toBeLessThan(6)
  expect(await platform.days()).toEqual(kept)
  const after = await platform.projections.historyStats()
  expect(after.bytes).toBeLessThan(before.bytes)
  expect([after.points, after.oldest]).toEqual([kept.length, NOW - (kept.at(-1) ?? 0) * DAY])
  await platform.restart()
  expect(await platform.days()).toEqual(kept)
  const [shadow] = await platform.projections.readShadow(DEVICE)
  expect(shadow?.reported?.properties).toEqual({ day: 0 })
})

test('above its bytes the oldest months of history go, and the current one stays', async () => {
  const platform = await aPlatform()
  await platform.reported(tenMonths)
  await platform.folded()
  const { bytes } = await platform.projections.historyStats()

  await platform.keeping({ historyBytesMax: bytes })
  expect(await platform.days()).toEqual(tenMonths.toReversed())
  await platform.keeping({ historyBytesMax: bytes - 1 })
  expect(await platform.days()).toEqual(tenMonths.slice(1).toReversed())
  await platform.keeping({ historyBytesMax: 1 })

  expect(await platform.days()).toEqual([0])
})

test('segments older than the log is kept go; what is left is read on from, and history keeps what they told', async () => {
  const platform = await aPlatform()
  const days = Array.from({ length: 40 }, (_, n) => 39 - n)
  await platform.log.append([{ ...aStatusEntry(), at: NOW - 40 * DAY }])
  await platform.reported(days)
  await platform.folded()
  await platform.keeping({})
  expect(await platform.positions()).toHaveLength(41)

  await platform.keeping({ logDays: 10 })

  const left = await platform.positions()
  const { oldest = 0, firstPosition } = platform.log.stats()
  // A segment holds a few days, and goes when its last entry is too old.
  expect(left.length).toBeGreaterThanOrEqual(10)
  expect(left.length).toBeLessThan(20)
  expect(left).toEqual(Array.from({ length: left.length }, (_, n) => 42 - left.length + n))
  expect([left[0], (NOW - oldest) / DAY]).toEqual([firstPosition, left.length - 1])
  expect(await platform.days()).toEqual(days.toReversed())
  // It goes on, and so do those who follow it, even with nothing but what is left.
  await platform.log.append([
    anEntry({ at: NOW, verdict: aReportVerdict({ values: { day: 0.5 }, time: NOW - 0.5 * DAY }) }),
  ])
  await platform.projections.catchUp()
  await platform.restart({ withoutProjections: true })
  expect(await platform.days()).toEqual([0, 0.5, ...days.toReversed().slice(1)])
  const [shadow] = await platform.projections.readShadow(DEVICE)
  expect(shadow?.reported?.properties).toEqual({ day: 0 })
})

test('above its bytes the oldest segments of the log go, down to the last one', async () => {
  const platform = await aPlatform()
  await platform.reported(Array.from({ length: 40 }, () => 0))
  await platform.folded()
  const { segments, bytes } = platform.log.stats()
  expect(segments).toBeGreaterThan(3)

  await platform.keeping({ logBytesMax: bytes - 1 })
  expect(platform.log.stats().segments).toBe(segments - 1)
  await platform.keeping({ logBytesMax: 1 })

  expect(platform.log.stats().segments).toBe(1)
  expect((await platform.positions()).at(-1)).toBe(40)
})

test('R5: the log keeps what history has only in memory, whatever the settings; a restart finds it there', async () => {
  const platform = await aPlatform({})
  const days = Array.from({ length: 30 }, (_, n) => 100 - n)
  await platform.reported(days)

  await platform.keeping({ logDays: 1, logBytesMax: 1 })

  expect(await platform.positions()).toHaveLength(30)
  await platform.restart()
  expect(await platform.days()).toEqual(days.toReversed())
})

test('R5: the log keeps what the projections could not write, and lets it go when they have', async () => {
  const platform = await aPlatform()
  await platform.reported(Array.from({ length: 30 }, () => 50))
  await platform.folded()
  platform.disk.failAt('commit')
  await platform.reported([50])

  await expect(platform.keeping({ logDays: 1 })).rejects.toThrow('planted fault')
  expect(await platform.positions()).toHaveLength(31)
  platform.disk.heal()
  await platform.keeping({ logDays: 1 })

  const left = await platform.positions()
  expect([left.length < 31, left.at(-1)]).toEqual([true, 31])
  expect(await platform.days()).toHaveLength(1)
  const [shadow] = await platform.projections.readShadow(DEVICE)
  expect(shadow?.reported?.properties).toEqual({ day: 50 })
})

test('a change through the API deletes at once, and holds after a restart', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'quayside-'))
  const folder = join(dataDir, 'history')
  const history = openHistoryStore({ folder })
  for (const months of [0, 5, 14]) {
    const time = NOW - months * 31 * DAY
    const seq = seqOf(1 as Position, months)
    const row = { time, receivedAt: time, timeSource: 'device', repeats: false, seq } as const
    history.add(DEVICE, 'meter', { ...row, values: [['a', months]] })
  }
  await history.foldAll(0 as Position)
  history.close()
  const months = (): readonly string[] =>
    readdirSync(folder).filter((name) => /^history-\d.*[.]db$/.test(name))
  let quayside = await startQuayside({}, { dataDir })
  onTestFinished(() => quayside.dispose())
  const path = '/quayside/v1/{project}/retention'

  const before = await quayside.api('GET', path)
  expect(before.body).toMatchObject({ history_days: 366, usage: { history: { points: 3 } } })
  expect(before.body.usage.log.bytes).toBeGreaterThan(0)
  expect(months()).toHaveLength(3)
  const changed = await quayside.api('PUT', path, { history_days: 300, log_days: 7 })
  expect(changed.body).toMatchObject({ history_days: 300, usage: { history: { points: 2 } } })
  expect(months()).toHaveLength(2)

  expect(await quayside.stop()).toBe(0)
  quayside = await quayside.restart()
  expect((await quayside.api('GET', path)).body).toMatchObject({
    history_days: 300,
    log_days: 7,
    usage: { history: { points: 2, oldest_at: new Date(NOW - 5 * 31 * DAY).toISOString() } },
  })
})
