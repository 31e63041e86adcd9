import type { Instant } from '../base/instant.ts'
import type { ShadowOutcome } from '../domain/shadow/desired-change.ts'
import type { HistoryStore } from '../store/history/history-store.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import type { BatchCounts } from './batch-counts.ts'
import type { DeviceState, DeviceStates } from './device-states.ts'
import type { ReportPlans } from './report-plans.ts'

/**
 * What entries of the log are applied to. Tables, shadows and history are saved at different times, so after a crash
 * an entry may be new to some of them alone.
 */
export interface Applying {
  readonly db: ProjectionsFile
  readonly states: DeviceStates
  readonly plans: ReportPlans
  readonly counts: BatchCounts
  readonly isNewToTables: boolean
  readonly isNewToShadows: boolean
  readonly isNewToHistory: boolean
  readonly history: HistoryStore
  /** What became of a change that somebody may wait for. */
  noteOutcome(changeId: string, outcome: ShadowOutcome): void
  /** A device of which something is desired has reported. */
  noteReported(device: DeviceState, at: Instant): void
}
