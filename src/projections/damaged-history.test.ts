import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { anEntry, aReportVerdict, DEVICE } from '../../tests/support/builders.ts'
import { openLog } from '../../tests/support/segment-log.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { limits as defaults } from '../base/limits.ts'
import { silentLogger } from '../base/logger.ts'
import { openProjections, type Projections } from './projections.ts'

const september = Date.UTC(2026, 8, 10)
const october = Date.UTC(2026, 9, 10)
const count = 40

/** A platform's log and history: forty values in each of two months, in files. */
async function twoMonths() {
  const folder = temporaryFolder()
  const historyFolder = join(folder, 'history')
  const log = openLog(join(folder, 'log'), { limits: { logSegmentBytesMax: 16_384, logRecentBytes: 1000 } })
  onTestFinished(() => log.close())
  const said: string[] = []
  const faults: unknown[] = []
  const open = async (): Promise<Projections> => {
    const projections = await openProjections({
      ...{ file: join(folder, 'projections.db'), historyFolder, log },
      // Rows go into files as soon as there is time for it; each chunk is large enough for pages of its own.
      limits: { ...defaults, historyOpenRowsOfOneMax: 1 },
      logger: { ...silentLogger, error: (_: object, message: string) => void said.push(message) },
      onFault: (fault) => void faults.push(fault),
    })
    onTestFinished(() => projections.close())
    return projections
  }
  let projections = await open()
  const folded = async (): Promise<void> => {
    const openPoints = async () => (await projections.historyStats()).openPoints
    await expect.poll(openPoints).toBe(0)
  }
  const report = async (month: number, n: number): Promise<void> => {
    const values = { n, text: `${n} `.repeat(2000) }
    await log.append([anEntry({ at: month + n, verdict: aReportVerdict({ values, time: month + n }) })])
  }
  for (const month of [september, october]) for (let n = 0; n < count; n++) await report(month, n)
  await projections.catchUp()
  await folded()
  const platform = {
    log,
    historyFolder,
    said,
    faults,
    folded,
    report,
    file: (month: string) => join(historyFolder, `history-${month}.db`),
    get projections() {
      return projections
    },
    /** All values of a month, in the order of their times. */
    async values(month: number): Promise<readonly unknown[]> {
      const query = {
        deviceId: DEVICE,
        limit: 1000,
        order: 'asc',
        start: month,
        end: month + 86_400_000,
      } as const
      const { points } = await projections.readHistory(query)
      return points.map(({ values }) => values['n'])
    },
    /** Stops, damages what lies on disk, and starts. */
    async damaged(how: () => void): Promise<void> {
      await projections.close()
      how()
      projections = await open()
    },
    files: () => readdirSync(historyFolder).filter((name) => !/-(wal|shm)$/.test(name)),
  }
  return platform
}

const all = Array.from({ length: count }, (_, n) => n)
const setAside = [
  'history-2026-09.db',
  'history-2026-09.db.damaged-1',
  'history-2026-10.db',
  'history-progress.db',
]

/** Overwrites from the second page on, as a disk that lost its blocks would have it. */
function overwrite(file: string, from: number): void {
  const { size } = statSync(file)
  const descriptor = openSync(file, 'r+')
  writeSync(descriptor, new Uint8Array(size - from).fill(0xa5), 0, size - from, from)
  closeSync(descriptor)
}

for (const [what, how] of [
  ['pages are overwritten', (file: string) => overwrite(file, 4096)],
  ['it is no database any more', (file: string) => writeFileSync(file, 'x'.repeat(10_000))],
  ['it ends in the middle', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, 6000))],
  [
    'a chunk in it is none any more',
    (file: string) => {
      const db = new DatabaseSync(file)
      db.exec('UPDATE chunk SET body = zeroblob(length(body)), head = substr(head, 1, length(head) / 2)')
      db.close()
    },
  ],
] as const)
  test(`R5: a month's file of which ${what} is set aside, and read again from the log; the others stay`, async () => {
    const platform = await twoMonths()
    const path = platform.file('2026-09')

    await platform.damaged(() => how(path))

    expect(await platform.values(october)).toEqual(all)
    expect(await platform.values(september)).toEqual(all)
    await platform.folded()
    expect(platform.files()).toEqual(setAside)
    expect(platform.projections.setAsideHistory()).toEqual([
      { period: '2026-09', file: 'history-2026-09.db.damaged-1' },
    ])
    expect(platform.said).toEqual([
      'a month of history is damaged and was set aside; what the log still holds of it is folded again',
    ])
    // Nothing stands twice, also after a restart.
    expect((await platform.projections.historyStats()).points).toBe(2 * 2 * count)
    await platform.damaged(() => undefined)
    expect(await platform.values(september)).toEqual(all)
    expect(platform.projections.setAsideHistory()).toHaveLength(1)
    expect(platform.faults).toEqual([])
  })

test('a late report that is to be folded into a damaged month finds the damage, and is kept with the rest', async () => {
  const platform = await twoMonths()
  await platform.damaged(() => overwrite(platform.file('2026-09'), 4096))

  await platform.report(september, count)
  await platform.projections.catchUp()
  await expect.poll(() => platform.projections.setAsideHistory().length).toBe(1)

  expect(await platform.values(september)).toEqual([...all, count])
  expect(await platform.values(october)).toEqual(all)
  expect(platform.faults).toEqual([])
})

test('what the log has let go is lost with the month, and nothing else; a set-aside file goes with its month', async () => {
  const platform = await twoMonths()
  const [shadow] = await platform.projections.readShadow(DEVICE)
  await platform.log.prune({ before: await platform.log.head(), olderThan: Date.now(), bytesMax: undefined })

  await platform.damaged(() => overwrite(platform.file('2026-09'), 4096))

  expect(await platform.values(october)).toEqual(all)
  expect(await platform.values(september)).toEqual([])
  expect(await platform.projections.readShadow(DEVICE)).toEqual([shadow])
  await platform.projections.prune({
    history: { olderThan: october, bytesMax: undefined },
    log: { olderThan: undefined, bytesMax: undefined },
  })
  expect(platform.projections.setAsideHistory()).toEqual([])
  expect(await platform.values(october)).toEqual(all)
})
