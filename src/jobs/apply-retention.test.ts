import { afterEach, beforeEach, expect, test } from 'vitest'
import { aClock, NOON } from '../../tests/support/builders.ts'
import { silentLogger } from '../base/logger.ts'
import type { PrunedStorage, Retention } from '../domain/retention/retention.ts'
import { migrate } from '../store/migrate.ts'
import { openStore, type OpenedStore } from '../store/open-store.ts'
import { saveRetention } from '../store/settings.ts'
import { applyRetention } from './apply-retention.ts'

const DAY = 86_400_000
const nothing: PrunedStorage = { history: { files: 0, bytes: 0 }, log: { files: 0, bytes: 0 } }

let clock: ReturnType<typeof aClock>
let store: OpenedStore
let asked: Retention[]
let told: object[]
beforeEach(async () => {
  clock = aClock(NOON)
  store = openStore({ file: ':memory:', key: new Uint8Array(32) })
  await migrate(store, clock)
  ;[asked, told] = [[], []]
})
afterEach(() => store.close())

const run = (pruned = nothing): Promise<void> =>
  applyRetention({
    store,
    clock,
    logger: { ...silentLogger, info: (fields) => void told.push(fields) },
    async prune(retention) {
      asked.push(retention)
      return pruned
    },
  })

test('what nobody has set keeps history for a year and a day and the log for 30 days, whatever their size', async () => {
  await run()

  expect(asked).toEqual([{ history: { olderThan: NOON - 366 * DAY }, log: { olderThan: NOON - 30 * DAY } }])
})

test('each run takes the settings and the time of its moment', async () => {
  await run()
  clock.advance(DAY)
  await saveRetention(store, { historyDays: 10, historyBytesMax: 1e9, logDays: 1, logBytesMax: 2e9 })
  await run()

  expect(asked[1]).toEqual({
    history: { olderThan: NOON - 9 * DAY, bytesMax: 1e9 },
    log: { olderThan: NOON, bytesMax: 2e9 },
  })
})

test('what was deleted is told to the operator, and nothing when nothing was', async () => {
  await run()
  expect(told).toEqual([])
  const pruned = { history: { files: 1, bytes: 10 }, log: { files: 2, bytes: 20 } }
  await run(pruned)

  expect(told).toEqual([pruned])
})

test('a run that fails is the caller’s to tell of', async () => {
  const failing = applyRetention({
    store,
    clock,
    logger: silentLogger,
    prune: () => Promise.reject(new Error('disk full')),
  })

  await expect(failing).rejects.toThrow('disk full')
})
