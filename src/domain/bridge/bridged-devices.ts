import type { DeviceId } from '../../base/ids.ts'

export interface BridgedQuery {
  /** Of bridges (`bridgeSession`). */
  readonly sessions: readonly DeviceId[]
  /** Ids that are given of each bridge; 0: it is only counted. */
  readonly limit: number
  readonly offset?: number
}

/** Devices that are logged in through one bridge, by their ids. */
export interface BridgedDevices {
  readonly session: DeviceId
  readonly count: number
  readonly deviceIds: readonly DeviceId[]
}
