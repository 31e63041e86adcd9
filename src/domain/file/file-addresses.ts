import type { Instant } from '../../base/instant.ts'
import type { Device } from '../device/device.ts'
import type { DeviceFile } from './device-file.ts'

export type FileOwner = Pick<Device, 'key' | 'projectId' | 'deviceId'>

/** An address that whoever has it may use until it expires. */
export interface FileAddress {
  /** With an explicit port and a query, which the C SDK needs (device protocol §3.8.6). */
  readonly url: string
  readonly bucket: string
  /** `{device_id}/{name}` */
  readonly objectName: string
  readonly expiresAt: Instant
}

/** The files of devices: in the data folder, or in an S3-compatible storage. */
export interface DeviceFiles {
  /** `size` and `sha256` are held by the storage in the data folder alone. */
  uploadAddress(owner: FileOwner, wanted: { name: string; size?: number; sha256?: string }): FileAddress
  /** Of any name: what is not there answers 404, which the device understands. */
  downloadAddress(
    owner: FileOwner,
    name: string,
  ): Promise<{ readonly address: FileAddress; readonly file: DeviceFile | undefined }>
  /**
   * A device says that it has uploaded. What is in the data folder is known already; an S3-compatible storage is asked.
   */
  recordUpload(owner: FileOwner, name: string): Promise<'there' | 'missing' | 'unreachable' | 'too-many'>
  /** Row and content. False: there is no such file any more; rejects with `files-unreachable` for S3. */
  remove(owner: FileOwner, file: DeviceFile): Promise<boolean>
}
