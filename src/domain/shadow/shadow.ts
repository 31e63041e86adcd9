import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'

/** Last known and wanted state of one service of a device (device protocol §4.3, §4.4). */
export interface Shadow {
  readonly serviceId: string
  readonly desired?: { readonly properties: JsonObject; readonly time: Instant }
  readonly reported?: {
    readonly properties: JsonObject
    /** Time of the latest report that was merged: the device's, or that of its receipt. */
    readonly time: Instant
    /** When that report was received; absent: at `time`. */
    readonly receivedAt?: Instant
  }
  /** Starts at 0, grows by 1 with every accepted change of desired or reported. */
  readonly version: number
}
