import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { limits } from '../../src/base/limits.ts'
import { type HistoryLimits, openHistoryStore } from '../../src/store/history/history-store.ts'
import { NOON } from '../support/builders.ts'
import type { HistoryFixture } from '../support/history-driver.ts'
import { describeHistory } from './history.ts'

const chunksWith = (changed: Partial<HistoryLimits>) => (): HistoryFixture => {
  const folder = mkdtempSync(join(tmpdir(), 'quayside-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let steps = 0
  let failing: number | undefined
  return {
    open: () =>
      openHistoryStore({
        folder,
        limits: { ...limits, ...changed },
        clock: { now: () => NOON },
        faults: (point, sql) => {
          if (point === 'read' || /^PRAGMA|CREATE/.test(sql)) return
          if (steps++ !== failing) return
          failing = undefined
          throw new Error(`disk fault at ${point}: ${sql}`)
        },
      }),
    failAt: (n) => {
      steps = 0
      failing = n
    },
  }
}

describeHistory('history in chunks', chunksWith({}))

// Chunks of few rows, merged soon, few files open, a turn after every batch.
describeHistory(
  'history in small chunks',
  chunksWith({
    historyChunkRowsMax: 6,
    historyChunkPointsMax: 12,
    historyMergedChunks: 3,
    historyFilesOpenMax: 2,
    historySliceMillis: 0,
  }),
)
