import type { DeviceId, ProjectId, RowKey } from '../../base/ids.ts'
import type { Problem } from '../certificate/leaf-problems.ts'

/** Somebody who is not registered has shown that it may be (device protocol §2.6). Plain data: it crosses threads. */
export type EnrolmentRequest = {
  /** What the client id names. */
  readonly deviceId: DeviceId
  /** `ip:port`, for the audit trail. */
  readonly address: string
} & (CaEnrolment | GroupEnrolment)

/** A certificate under a CA with self-registration (§2.6 B). */
export interface CaEnrolment {
  readonly by: 'ca'
  readonly projectId: ProjectId
  /** The CA that the chain rests on. */
  readonly caKey: RowKey
  /** DER of the device certificate; its chain and dates have been judged. */
  readonly leaf: Uint8Array
}

/** A device of a registration group (§2.6 A), whose password or chain has been judged. */
export interface GroupEnrolment {
  readonly by: 'group'
  readonly scope: string
  /** How the password was signed, and so how the secret is derived. */
  readonly signType: 0 | 1 | 2
  /** Of a group of certificates. */
  readonly leaf?: Uint8Array
}

/** `exists`: another connection registered it first, or somebody else did: the record decides. */
export type EnrolmentAnswer =
  | { readonly kind: 'registered'; readonly remark: Problem }
  | { readonly kind: 'exists' }
  | { readonly kind: 'refused'; readonly problem: Problem }
