import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonValue } from '../../base/json.ts'
import type { ConnectionStatus } from '../device/device.ts'
import type { ConnectionVerdict } from '../verdict/verdict.ts'

/** Which points of a device's history to read (contracts §1). Times are half-open: `start` ≤ time < `end`. */
export interface HistoryQuery {
  readonly deviceId: DeviceId
  /** Absent: all services of the device. */
  readonly serviceId?: string
  /** Absent: all values of each report. */
  readonly property?: string
  readonly start?: Instant
  readonly end?: Instant
  /** At least 1. */
  readonly limit: number
  /** As an earlier page of the same query returned it; anything else is refused as `invalid-input`. */
  readonly marker?: string
  readonly order: 'asc' | 'desc'
}

/** What one report said of one service at one time. */
export interface HistoryPoint {
  /** Opaque; unique within a device. */
  readonly seq: string
  readonly serviceId: string
  readonly time: Instant
  readonly receivedAt: Instant
  readonly timeSource: 'device' | 'received'
  /** Property to value: one entry when a property was asked for. */
  readonly values: { readonly [property: string]: JsonValue }
}

export interface HistoryPage {
  readonly points: readonly HistoryPoint[]
  /** Where the next page starts; absent at the end. Points that are added later do not shift it. */
  readonly marker?: string
}

/** One property's history in equal slices of `start` ≤ time < `end`. */
export interface BucketQuery {
  readonly deviceId: DeviceId
  readonly serviceId: string
  readonly property: string
  readonly start: Instant
  readonly end: Instant
  /** How many slices, at least 1. */
  readonly buckets: number
}

/** Numbers only; other values are counted, with `first` and `last`. Empty buckets are left out. */
export interface HistoryBucket {
  readonly from: Instant
  readonly count: number
  readonly min?: number
  readonly max?: number
  readonly avg?: number
  readonly first: JsonValue
  readonly last: JsonValue
}

/** Which verdicts on connections to read (contracts §1). */
export interface ConnectionQuery {
  readonly projectId: ProjectId
  readonly outcome?: 'accepted' | 'refused' | 'noted'
  readonly since?: Instant
  /** Found in device id, client id, user name, address, fingerprint or code, in either case. */
  readonly search?: string
  /** The code of the verdict, whole. */
  readonly code?: string
  readonly deviceId?: DeviceId
  readonly limit: number
  /** As an earlier page returned it; anything else is refused as `invalid-input`. */
  readonly marker?: string
}

export interface ConnectionPage {
  /** Newest first; `id` is the position in the log. */
  readonly connections: readonly { readonly id: string; readonly verdict: ConnectionVerdict }[]
  /** Where the next page starts; absent at the end. */
  readonly marker?: string
}

/** Which of the devices of a project that ever connected; without a status all of them. */
export interface ConnectedQuery {
  readonly projectId: ProjectId
  readonly status?: ConnectionStatus['status']
}

/**
 * Device id to the time at which its status last changed, as the text of a JSON object: a hundred thousand of them go
 * from one thread to another and into a query of the registry as they are, which no other form does as fast.
 */
export type ConnectedDevices = string
