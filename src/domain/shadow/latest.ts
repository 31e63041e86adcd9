import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { ReportCode } from '../verdict/report-codes.ts'

/** A value that was refused, as long as no later one of its property was stored. */
export interface RefusedValue {
  readonly serviceId: string
  readonly property: string
  /** When its report was received. */
  readonly at: Instant
  readonly code: ReportCode
  /** Of the sentence of `code`. */
  readonly params: Readonly<Record<string, string | number>>
  /** Absent when it was too large to be kept. */
  readonly seen?: JsonValue
  /** The rule that refused it; absent when there is none, or it is too large to be kept. */
  readonly rule?: JsonObject
}

/** The last value of one property; its times are absent when it lies too far back to be looked for. */
export interface LatestValue {
  readonly property: string
  readonly value: JsonValue
  readonly time?: Instant
  readonly receivedAt?: Instant
}

/** What is known of one service of a device: its last values. */
export interface LatestService {
  readonly serviceId: string
  /** Of the last report that was merged into the shadow. */
  readonly time: Instant
  readonly receivedAt: Instant
  readonly values: readonly LatestValue[]
}

export interface Latest {
  /** In the order of their ids; services with a stored value alone. */
  readonly services: readonly LatestService[]
  readonly refused: readonly RefusedValue[]
}
