import type { DeviceId, Fingerprint, RowKey } from '../../base/ids.ts'
import type { ConnectionVerdict } from '../verdict/verdict.ts'

/** A certificate that a client presented, as the log carries it. */
export interface PresentedCertificate {
  readonly sha256: Fingerprint
  /** Base64 of its DER; absent where an earlier entry of the log has it, and where there were too many to keep. */
  readonly der?: string
}

/** A verdict as the log keeps it: also what it rests on. */
export interface ConnectionEntry extends ConnectionVerdict {
  /** What the client presented, or what was put to it after a resumption, leaf first. */
  readonly presented?: readonly PresentedCertificate[]
  /** Row key of the CA certificate that an acceptance rests on. */
  readonly anchorKey?: string
}

/** A verdict with the certificates that are still kept of it: DER, leaf first. */
export interface ConnectionDetail {
  readonly id: string
  readonly verdict: ConnectionVerdict
  readonly certificates: readonly Uint8Array[]
}

/** How a device came last. */
export interface DevicePresented {
  readonly deviceId: DeviceId
  /** DER of its last accepted connection's chain, leaf first; of a device that was never accepted, of its last attempt. */
  readonly certificates: readonly Uint8Array[]
  /** CA certificate of its last accepted connection. */
  readonly anchorKey?: RowKey
  /** The last verdict on it, whatever it was. */
  readonly last?: { readonly id: string; readonly verdict: ConnectionVerdict }
}
