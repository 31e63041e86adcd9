import type { DeviceId, ProjectId, SpaceId } from '../../base/ids.ts'

/** Something that is to be published to one device. Plain data: it crosses threads. */
export interface Downlink {
  /** Whose connection carries it: for a child the device it is connected through. */
  readonly deviceId: DeviceId
  readonly topic: string
  readonly payload: Uint8Array
  /** MQTT 5.0 §3.3.2.3; left out on 3.x without a word (device protocol §1.4). */
  readonly properties?: DownlinkProperties
  /**
   * `implicit`: a system topic, which every device is taken to be subscribed to at QoS 0; a filter of its own that
   * matches raises that to what was granted (device protocol §1.5). `subscribed`: only where a filter matches.
   */
  readonly reach: 'implicit' | 'subscribed'
  /** Sent again while it is not acknowledged, as messages are (§1.5 point 4); commands and the like are sent once. */
  readonly isRetried: boolean
}

export interface DownlinkProperties {
  readonly contentType?: string
  readonly responseTopic?: string
  readonly correlationData?: Uint8Array
  readonly userProperties?: readonly (readonly [string, string])[]
}

/**
 * What became of it. `written`: QoS 0, and the socket has it. `acknowledged`: QoS 1, and the PUBACK came.
 * `unacknowledged`: QoS 1, and no PUBACK came in time, or one that says failure. `busy`: too much is under way to it.
 */
export type Delivery =
  | 'written'
  | 'acknowledged'
  | 'unacknowledged'
  | 'offline'
  | 'not-subscribed'
  | 'too-large'
  | 'connection-lost'
  | 'busy'

/** Something that is to be published to every device of a resource space that subscribed to its topic. */
export interface Broadcast {
  readonly projectId: ProjectId
  readonly spaceId: SpaceId
  readonly topic: string
  readonly payload: Uint8Array
}

/** Resolves with what became of it; rejects for nothing that a device can do. */
export type SendDownlink = (downlink: Downlink) => Promise<Delivery>

/** Resolves with how many devices it was written to. */
export type SendBroadcast = (broadcast: Broadcast) => Promise<number>
