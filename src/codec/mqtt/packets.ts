/** MQTT control packets as values; one decoder and one encoder serve 3.1 (level 3), 3.1.1 (4) and 5.0 (5). */
export type ProtocolLevel = 3 | 4 | 5

/** MQTT 5.0 §2.2.2: properties by their names in camelCase; repeated ones are lists. Absent on 3.x. */
export interface Properties {
  readonly payloadFormatIndicator?: 0 | 1
  readonly messageExpiryInterval?: number
  readonly contentType?: string
  readonly responseTopic?: string
  readonly correlationData?: Uint8Array
  readonly subscriptionIdentifiers?: readonly number[]
  readonly sessionExpiryInterval?: number
  readonly assignedClientIdentifier?: string
  readonly serverKeepAlive?: number
  readonly authenticationMethod?: string
  readonly authenticationData?: Uint8Array
  readonly requestProblemInformation?: 0 | 1
  readonly willDelayInterval?: number
  readonly requestResponseInformation?: 0 | 1
  readonly responseInformation?: string
  readonly serverReference?: string
  readonly reasonString?: string
  readonly receiveMaximum?: number
  readonly topicAliasMaximum?: number
  readonly topicAlias?: number
  readonly maximumQos?: 0 | 1
  readonly retainAvailable?: 0 | 1
  readonly userProperties?: readonly (readonly [string, string])[]
  readonly maximumPacketSize?: number
  readonly wildcardSubscriptionAvailable?: 0 | 1
  readonly subscriptionIdentifierAvailable?: 0 | 1
  readonly sharedSubscriptionAvailable?: 0 | 1
}

export interface Connect {
  readonly type: 'connect'
  readonly protocolLevel: ProtocolLevel
  readonly clientId: string
  readonly cleanStart: boolean
  readonly keepAliveSeconds: number
  readonly username?: string
  readonly password?: Uint8Array
  readonly will?: {
    readonly topic: string
    readonly payload: Uint8Array
    readonly qos: 0 | 1 | 2
    readonly retain: boolean
    readonly properties?: Properties
  }
  readonly properties?: Properties
}
export interface Connack {
  readonly type: 'connack'
  readonly sessionPresent: boolean
  /** 3.x return code or 5.0 reason code. */
  readonly code: number
  readonly properties?: Properties
}
export interface Publish {
  readonly type: 'publish'
  /** May be empty on 5.0 when a topic alias stands for it. */
  readonly topic: string
  readonly payload: Uint8Array
  readonly qos: 0 | 1 | 2
  readonly retain: boolean
  readonly dup: boolean
  /** Present exactly when qos > 0; 1 to 65,535. */
  readonly packetId?: number
  readonly properties?: Properties
}
export interface Ack {
  readonly type: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'
  readonly packetId: number
  /** 5.0; 0 when absent from the packet. */
  readonly code: number
  readonly properties?: Properties
}
export interface Subscribe {
  readonly type: 'subscribe'
  readonly packetId: number
  readonly filters: readonly {
    readonly filter: string
    readonly qos: 0 | 1 | 2
    readonly noLocal: boolean
    readonly retainAsPublished: boolean
    readonly retainHandling: 0 | 1 | 2
  }[]
  readonly properties?: Properties
}
export interface Suback {
  readonly type: 'suback'
  readonly packetId: number
  readonly codes: readonly number[]
  readonly properties?: Properties
}
export interface Unsubscribe {
  readonly type: 'unsubscribe'
  readonly packetId: number
  readonly filters: readonly string[]
  readonly properties?: Properties
}
export interface Unsuback {
  readonly type: 'unsuback'
  readonly packetId: number
  /** Written on 5.0 only. */
  readonly codes: readonly number[]
  readonly properties?: Properties
}
export interface Ping {
  readonly type: 'pingreq' | 'pingresp'
}
export interface Disconnect {
  readonly type: 'disconnect'
  readonly code: number
  readonly properties?: Properties
}
export interface Auth {
  readonly type: 'auth'
  readonly code: number
  readonly properties?: Properties
}

export type Packet =
  | Connect
  | Connack
  | Publish
  | Ack
  | Subscribe
  | Suback
  | Unsubscribe
  | Unsuback
  | Ping
  | Disconnect
  | Auth
