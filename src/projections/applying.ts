import type { DeviceId, Position } from '../base/ids.ts'
import type { JsonValue } from '../base/json.ts'
import type { Instant } from '../base/instant.ts'
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
  deleteHistory(deviceId: DeviceId, position: Position): void
  addHistory(device: DeviceState, received: HistoryReceived, row: HistoryValues, seq: number): void
}

export interface HistoryReceived {
  readonly at: Instant
  /** A redelivery of a report that is in the log already (safety R4). */
  readonly repeats: boolean
}

export interface HistoryValues {
  readonly serviceId: string
  readonly time: Instant
  readonly isDeviceTime: boolean
  readonly properties: readonly string[]
  readonly values: readonly JsonValue[]
  /** Which of `values` each property has; absent: in the same order. */
  readonly slots?: readonly number[]
}
