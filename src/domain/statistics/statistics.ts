import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

/** What has been counted in a project since its log began; `online` is of now. */
export interface Totals {
  readonly online: number
  readonly reports: number
  readonly valuesStored: number
  readonly valuesRefused: number
  /** Those that were written down: of a storm the rest is counted by the metrics alone. */
  readonly connectionsRefused: number
}

/** What is counted in each slice of time. */
export type SliceCounts = Omit<Totals, 'valuesStored'>

/** Equal slices of `start` ≤ time < `end`, none shorter than a minute, which is how finely it is counted. */
export interface StatisticsQuery {
  readonly projectId: ProjectId
  readonly start: Instant
  readonly end: Instant
  /** At least 1. */
  readonly buckets: number
}

/** A slice in which the platform did not run has none. */
export interface StatisticsPoint extends SliceCounts {
  /** Start of the slice; `online` is what was known last in it. */
  readonly time: Instant
}

/** Of the devices that are there: who connected first, and who of those reported first. */
export interface Firsts {
  readonly connected?: { readonly deviceId: DeviceId; readonly at: Instant }
  /** `at`: when its oldest value that is kept was received. */
  readonly reported?: { readonly deviceId: DeviceId; readonly at: Instant }
}
