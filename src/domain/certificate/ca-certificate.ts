import type { Fingerprint, ProjectId, RowKey, SpaceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

/** A device CA certificate in the registry: an issuer that opens the door once possession of its key is proven. */
export interface CaCertificate {
  /** `certificate_id` on the wire. */
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly spaceId: SpaceId
  /** As uploaded, one PEM block. */
  readonly pem: string
  readonly der: Uint8Array
  readonly sha256: Fingerprint
  /** Readable subject, e.g. `CN=zhangsan, OU=IoT, O=Huawei, …`. */
  readonly subject: string
  readonly commonName: string
  /** O of the subject, or ''. */
  readonly owner: string
  /** Proof of possession was given. Only verified CAs authenticate devices. */
  readonly verified: boolean
  /** 32 hex digits (128 bits), fresh with every upload (safety X6). */
  readonly verifyCode: string
  readonly provisionEnable: boolean
  readonly templateId?: string
  readonly ocspEnable: boolean
  readonly ocspServerCaId?: string
  readonly ocspSslEnable: boolean
  readonly createdAt: Instant
  readonly effectiveAt: Instant
  readonly expiresAt: Instant
}
