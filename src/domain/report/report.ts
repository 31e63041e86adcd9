import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { ReportCode } from '../verdict/report-codes.ts'

/** One entry of `services`, with what could not be read of it told by `code`. */
export interface ServiceReport {
  readonly serviceId: string
  readonly properties: JsonObject
  /** As sent: undefined when absent; anything that is not one of the two grammars means "time of receipt". */
  readonly eventTime: JsonValue | undefined
  /**
   * Names of the properties that hold, at any depth, a number which would not read back as it was sent: an integer
   * beyond 2^53 that was rounded, or one that overflowed. Their values here are not to be trusted: refuse them
   * (safety S11). Absent when there are none.
   */
  readonly inexactProperties?: readonly string[]
  /** Set when the entry has no usable `service_id` or `properties`: it is skipped, the rest is kept. */
  readonly code?: ReportCode
}

/** A property report's payload after parsing (device protocol §3.3). Made by `codec/payload/report.ts`. */
export type ParsedReport =
  | { readonly kind: 'parsed'; readonly services: readonly ServiceReport[] }
  | {
      readonly kind: 'unreadable'
      readonly code: ReportCode
      readonly params: Readonly<Record<string, string | number>>
    }
