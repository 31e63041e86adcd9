import type { DeviceId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import type { Topic } from '../codec/topic/system-topics.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { ConnectedDevice, KeptUplink } from '../domain/uplink/kept-uplink.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type { DesiredPushes } from '../downlink/desired-pushes.ts'
import type { Dispatch } from '../downlink/dispatch.ts'
import type { Downlinks } from '../downlink/downlinks.ts'
import type { Store } from '../store/store.ts'

/** What lies beyond this stage, handed in by `app/`. */
export interface DeviceRequestDeps {
  readonly clock: Clock
  readonly limits: Limits
  readonly logger: Logger
  readonly store: Store
  readonly downlinks: Downlinks
  readonly dispatch: Pick<Dispatch, 'messages' | 'asyncCommands'>
  readonly desired: DesiredPushes
  /** What was acknowledged to a device or an application when it is asked for is in it. */
  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]>
  append(entries: readonly NewEntry[]): Promise<unknown>
}

/** An uplink with its topic taken apart. */
export interface Request extends KeptUplink {
  readonly parsed: Topic
}

/** Why nothing, or not all, was done about a request. */
export interface Notice {
  readonly code: NoticeCode
  readonly params: Readonly<Record<string, string | number>>
}

export type Handler = (deps: DeviceRequestDeps, request: Request) => Promise<Notice | undefined>

/** Sends what waited for a device that has just been let in. */
export type ConnectHook = (deps: DeviceRequestDeps, device: ConnectedDevice) => Promise<void>
