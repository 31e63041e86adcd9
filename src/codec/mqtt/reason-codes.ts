import type { Packet, ProtocolLevel } from './packets.ts'

/** MQTT 5.0 §2.4: reason codes by name. 0x00 is success, normal disconnection and granted QoS 0 alike. */
export const reason = {
  success: 0x00,
  grantedQos1: 0x01,
  grantedQos2: 0x02,
  disconnectWithWill: 0x04,
  noMatchingSubscribers: 0x10,
  noSubscriptionExisted: 0x11,
  continueAuthentication: 0x18,
  reAuthenticate: 0x19,
  unspecifiedError: 0x80,
  malformedPacket: 0x81,
  protocolError: 0x82,
  implementationSpecificError: 0x83,
  unsupportedProtocolVersion: 0x84,
  clientIdentifierNotValid: 0x85,
  badUserNameOrPassword: 0x86,
  notAuthorized: 0x87,
  serverUnavailable: 0x88,
  serverBusy: 0x89,
  banned: 0x8a,
  serverShuttingDown: 0x8b,
  badAuthenticationMethod: 0x8c,
  keepAliveTimeout: 0x8d,
  sessionTakenOver: 0x8e,
  topicFilterInvalid: 0x8f,
  topicNameInvalid: 0x90,
  packetIdentifierInUse: 0x91,
  packetIdentifierNotFound: 0x92,
  receiveMaximumExceeded: 0x93,
  topicAliasInvalid: 0x94,
  packetTooLarge: 0x95,
  messageRateTooHigh: 0x96,
  quotaExceeded: 0x97,
  administrativeAction: 0x98,
  payloadFormatInvalid: 0x99,
  retainNotSupported: 0x9a,
  qosNotSupported: 0x9b,
  useAnotherServer: 0x9c,
  serverMoved: 0x9d,
  sharedSubscriptionsNotSupported: 0x9e,
  connectionRateExceeded: 0x9f,
  maximumConnectTime: 0xa0,
  subscriptionIdentifiersNotSupported: 0xa1,
  wildcardSubscriptionsNotSupported: 0xa2,
} as const

/** MQTT 3.1.1 §3.2.2.3: the return codes a 3.x CONNACK has. */
export const returnCode = {
  accepted: 0,
  unacceptableProtocolVersion: 1,
  identifierRejected: 2,
  serverUnavailable: 3,
  badUserNameOrPassword: 4,
  notAuthorized: 5,
} as const

/** MQTT 3.1.1 §3.9.3: a SUBSCRIBE filter that was refused. */
export const subackFailure = 0x80

type CodedPacket = Extract<Packet, { code: number } | { codes: readonly number[] }>['type']

const failures = {
  puback: [0x80, 0x83, 0x87, 0x90, 0x91, 0x97, 0x99],
  suback: [0x80, 0x83, 0x87, 0x8f, 0x91, 0x97, 0x9e, 0xa1, 0xa2],
  disconnectOfEither: [0x80, 0x81, 0x82, 0x83, 0x90, 0x93, 0x94, 0x95, 0x96, 0x97, 0x98, 0x99],
}

/** The codes each 5.0 packet of a server may carry: the tables of MQTT 5.0 §3.2.2.2 to §3.15.2.1. */
const codesOf: { readonly [T in CodedPacket]: ReadonlySet<number> } = {
  connack: new Set([
    0x00, 0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99,
    0x9a, 0x9b, 0x9c, 0x9d, 0x9f,
  ]),
  puback: new Set([0x00, 0x10, ...failures.puback]),
  pubrec: new Set([0x00, 0x10, ...failures.puback]),
  pubrel: new Set([0x00, 0x92]),
  pubcomp: new Set([0x00, 0x92]),
  suback: new Set([0x00, 0x01, 0x02, ...failures.suback]),
  unsuback: new Set([0x00, 0x11, 0x80, 0x83, 0x87, 0x8f, 0x91]),
  disconnect: new Set([
    0x00,
    0x87,
    0x89,
    0x8b,
    0x8d,
    0x8e,
    0x8f,
    0x9a,
    0x9b,
    0x9c,
    0x9d,
    0x9e,
    0x9f,
    0xa0,
    0xa1,
    0xa2,
    ...failures.disconnectOfEither,
  ]),
  auth: new Set([0x00, 0x18]),
}

/** Where a client may say other things than a server. */
const codesOfClient: { readonly [T in CodedPacket]?: ReadonlySet<number> } = {
  disconnect: new Set([0x00, 0x04, ...failures.disconnectOfEither]),
  auth: new Set([0x18, 0x19]),
}

/** May this packet, sent by `from`, carry this code? 3.x: CONNACK 0 to 5, SUBACK 0 to 2 and 0x80. */
export function isCodeOf(
  type: CodedPacket,
  code: number,
  level: ProtocolLevel,
  from: 'client' | 'server',
): boolean {
  if (level === 5) return ((from === 'client' && codesOfClient[type]) || codesOf[type]).has(code)
  if (type === 'connack') return code <= returnCode.notAuthorized
  return code <= 2 || code === subackFailure
}
