import type { JsonObject } from '../../base/json.ts'

/** What becomes of the desired state of one service (device protocol §4.4). */
export interface DesiredChange {
  readonly serviceId: string
  /** Property to value: a null takes its property away, the others stay. None at all: the whole section goes. */
  readonly desired: JsonObject
  /** Of the shadow that the writer has seen; when another is current, nothing is changed (device protocol §4.3). */
  readonly version?: number
}

/**
 * What became of a change of a shadow. It is decided where the log is applied, since only there it is settled which
 * reports came before it; the same log always gives the same answer.
 */
export type ShadowOutcome =
  | { readonly kind: 'changed' }
  /** Somebody else, or a report, was first: `version` is the current one. */
  | { readonly kind: 'version-differs'; readonly serviceId: string; readonly version: number }
  /** The shadow has as many services, or the service as many properties, as it may have. */
  | { readonly kind: 'full'; readonly serviceId: string }
  /** It was deleted meanwhile. */
  | { readonly kind: 'no-device' }
