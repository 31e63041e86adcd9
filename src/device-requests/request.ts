import type { DeviceId, Ids } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import type { Refusal } from '../base/refusal.ts'
import type { Topic } from '../codec/topic/system-topics.ts'
import type { ChildStatuses } from '../domain/device/child-statuses.ts'
import type { ConnectionStatus, Device } from '../domain/device/device.ts'
import type { DeviceEvent } from '../domain/device-event/device-event.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import type { DeviceFiles } from '../domain/file/file-addresses.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { ConnectedDevice, KeptUplink } from '../domain/uplink/kept-uplink.ts'
import type { NoticeCode } from '../domain/verdict/notice-codes.ts'
import type { ProvisioningGrant } from '../domain/verdict/verdict.ts'
import type { DesiredPushes } from '../downlink/desired-pushes.ts'
import type { Dispatch } from '../downlink/dispatch.ts'
import type { Downlinks } from '../downlink/downlinks.ts'
import type { Notices } from '../downlink/notices.ts'
import type { Store } from '../store/store.ts'

/** What lies beyond this stage, handed in by `app/`. */
export interface DeviceRequestDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
  readonly logger: Logger
  readonly store: Store
  readonly downlinks: Downlinks
  readonly notices: Notices
  readonly files: DeviceFiles
  readonly dispatch: Pick<Dispatch, 'messages' | 'asyncCommands'>
  readonly desired: DesiredPushes
  /** What was acknowledged to a device or an application when it is asked for is in it. */
  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]>
  /** As which device of a registration group this connection came; undefined: as itself. */
  provisioningOf(deviceId: DeviceId, connection: string): Promise<ProvisioningGrant | undefined>
  /** `host:port` that devices connect to, by the name that they reached the platform by. */
  accessAddress(serverName: string | undefined): string
  append(entries: readonly NewEntry[]): Promise<unknown>
  /** Connection status of each device that ever connected. */
  readStatuses(deviceIds: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ConnectionStatus>>
  readonly children: Children
}

/** What a gateway may do with its children, by the rules that the API has, too. */
export interface Children {
  /** Each is registered, was registered before, or is refused. */
  add(gateway: Speaker, entries: readonly JsonObject[]): Promise<Outcome<{ device: Device; isNew: boolean }>>
  delete(gateway: Speaker, deviceIds: readonly string[]): Promise<Outcome<Device>>
  /** Durable on return. Gives those that are ONLINE and were not. */
  say(said: ChildStatuses): Promise<readonly DeviceId[]>
  readonly notices: ChildNotices
}

/**
 * Tells gateways of changes of their lists (device protocol §3.8.3). Each notice has the version of the last change in
 * it, so versions rise from notice to notice, and a gateway that leaves in the middle asks for the rest by the version
 * of the last one that it took. What it is told goes in one order, whoever asked for it.
 */
export interface ChildNotices {
  /** A change is committed: whatever it was not told of yet is sent. One that is not connected asks, or hears of it with the next. */
  changed(gatewayId: DeviceId): void
  /** The gateway has the list up to this version, and wants the rest. */
  replay(gatewayId: DeviceId, after: number): void
  /** False: the whole list was given new versions a moment ago; else it is about to be. */
  mayRenumber(gatewayId: DeviceId): boolean
  /**
   * Until the function that it gives is called, no change is told: the gateway asks for one itself, and its response goes
   * first. One request of a gateway is acted on at a time.
   */
  hold(gatewayId: DeviceId): () => void
}

type Speaker = Pick<Device, 'deviceId' | 'projectId'>

interface Outcome<T> {
  readonly results: readonly (T | Refusal)[]
  /** The gateway is still to be told. */
  readonly isChanged: boolean
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

/** Acts on one event of a device (device protocol §3.8). */
export type EventHandler = (
  deps: DeviceRequestDeps,
  request: Request,
  event: DeviceEvent,
) => Promise<Notice | undefined>

export type Handler = (deps: DeviceRequestDeps, request: Request) => Promise<Notice | undefined>

/** Sends what waited for a device that has just been let in. */
export type ConnectHook = (deps: DeviceRequestDeps, device: ConnectedDevice) => Promise<void>
