import type { DeviceId, ProjectId, RowKey } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

/** A file that a device or an application has put into the object store for this device. */
export interface DeviceFile {
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly deviceId: DeviceId
  /** Unique among the files of the device. */
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** SHA-256 of the content, lower-case hex; unknown where the storage is not ours. */
  readonly sha256?: string
  readonly uploadedAt: Instant
  /** `local`: in the data folder. `s3`: in the storage that is configured. */
  readonly storage: 'local' | 's3'
}

/** What a signed address allows, and until when. */
export interface FileGrant {
  readonly method: 'GET' | 'PUT'
  readonly projectId: ProjectId
  readonly deviceId: DeviceId
  readonly name: string
  readonly expiresAt: Instant
  /** A PUT must have exactly so many bytes, and this SHA-256; absent: any. */
  readonly size?: number
  readonly sha256?: string
}
