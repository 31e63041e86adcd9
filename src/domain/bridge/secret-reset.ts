import type { BridgeId, DeviceId, ProjectId } from '../../base/ids.ts'

/** A bridge asks for another secret of a device that is logged in through it (device protocol §3.10). */
export interface SecretReset {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly bridgeId: BridgeId
  /** Of the device. */
  readonly connection: string
  readonly oldSecret: string
  readonly newSecret: string
}

/** `unknown-device`: it is gone, or authenticates with a certificate. */
export type SecretResetOutcome = 'done' | 'wrong-secret' | 'unknown-device'
