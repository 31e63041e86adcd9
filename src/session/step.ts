import type { Connect, Disconnect, Packet, ProtocolLevel, Publish } from '../codec/mqtt/packets.ts'
import type { ProtocolError } from '../codec/mqtt/protocol-error.ts'
import { reason, returnCode } from '../codec/mqtt/reason-codes.ts'
import {
  type Authenticating,
  type Client,
  type CloseCause,
  closed,
  type Connected,
  connackProperties,
  type CutCause,
  type Effect,
  send,
  type SessionContext,
  type SessionError,
  type SessionEvent,
  type SessionState,
  type Step,
} from './session.ts'
import { subscribe, unsubscribe } from './subscribe.ts'
import { toBytes } from './to-bytes.ts'

/** The next state of a connection and what must be done, in this order. Pure. */
export function step(state: SessionState, event: SessionEvent, context: SessionContext): Step {
  switch (state.phase) {
    case 'awaiting-connect':
      if (event.kind === 'packet') return takeFirst(event.packet, context)
      if (event.kind === 'cut') return close(event.cause)
      if (event.kind === 'tick' && context.now - state.openedAt >= context.limits.connectMillisMax)
        return close('connect-timeout')
      return { state, effects: [] }
    case 'authenticating':
      return stepAuthenticating(state, event, context)
    case 'connected':
      return stepConnected(state, event, context)
    case 'closed':
      return { state, effects: [] }
  }
}

type Taken = Exclude<Packet, Publish> | ProtocolError

function close(cause: CloseCause, before: readonly Effect[] = [], error?: SessionError): Step {
  return { state: closed, effects: [...before, { kind: 'close', cause, ...(error && { error }) }] }
}

/** [MQTT-3.1.0-1]: the first packet is CONNECT. */
function takeFirst(packet: Taken, { now, limits }: SessionContext): Step {
  if (packet.type === 'protocol-error') {
    const { connack } = packet
    return close(
      'protocol-error',
      connack ? [sendConnack(unknownClient(connack.level), connack.code)] : [],
      packet,
    )
  }
  if (packet.type !== 'connect')
    return close('packet-before-connect', [], {
      code: reason.protocolError,
      clause: '[MQTT-3.1.0-1]',
      detail: `The first packet was ${packet.type.toUpperCase()}, not CONNECT.`,
    })
  const client = clientOf(packet)
  // MQTT 5.0 §4.12: no method of enhanced authentication is offered.
  if (packet.properties?.authenticationMethod !== undefined)
    return close('protocol-error', [sendConnack(client, reason.badAuthenticationMethod)], {
      code: reason.badAuthenticationMethod,
      clause: 'MQTT 5.0 §4.12',
      detail: 'The CONNECT names an authentication method; none is offered.',
    })
  // Whoever cannot be told that it was let in would take the next answer for the first ([MQTT-3.2.0-1]).
  if (Number.isFinite(client.packetBytesMax) && !toBytes(acceptance(client, limits), client))
    return close('protocol-error', [sendConnack(client, reason.packetTooLarge)], {
      code: reason.packetTooLarge,
      clause: '[MQTT-3.1.2-24]',
      detail: `A Maximum Packet Size of ${client.packetBytesMax} bytes leaves no room for the CONNACK.`,
      packetBytesMax: client.packetBytesMax,
    })
  const keepAliveSeconds = Math.min(
    packet.keepAliveSeconds || limits.keepAliveSecondsMax,
    limits.keepAliveSecondsMax,
  )
  return {
    state: { phase: 'authenticating', since: now, client, keepAliveSeconds },
    effects: [{ kind: 'authenticate', connect: packet }],
  }
}

function clientOf({ protocolLevel, properties }: Connect): Client {
  return {
    protocolLevel,
    packetBytesMax: properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY,
    wantsReasons: properties?.requestProblemInformation !== 0,
    sessionExpirySeconds: properties?.sessionExpiryInterval ?? 0,
    receiveMaximum: properties?.receiveMaximum ?? 0xffff,
  }
}

/** One whose CONNECT could not be read to its end. */
function unknownClient(protocolLevel: ProtocolLevel): Client {
  return {
    protocolLevel,
    packetBytesMax: Number.POSITIVE_INFINITY,
    wantsReasons: false,
    sessionExpirySeconds: 0,
    receiveMaximum: 0xffff,
  }
}

function sendConnack(client: Client, code: number): Effect {
  return send(client, { type: 'connack', sessionPresent: false, code })
}

function stepAuthenticating(state: Authenticating, event: SessionEvent, context: SessionContext): Step {
  const isV5 = state.client.protocolLevel === 5
  const unavailable = () =>
    sendConnack(state.client, isV5 ? reason.serverUnavailable : returnCode.serverUnavailable)
  switch (event.kind) {
    case 'admitted':
      return admit(state, context)
    case 'refused':
      return close('refused', [sendConnack(state.client, isV5 ? event.code5 : event.code)])
    case 'cut':
      return close(event.cause, [unavailable()])
    case 'tick':
      // The device has its own patience (device protocol §1.6: 1 to 60 s); ours ends as for a slow CONNECT.
      return context.now - state.since >= context.limits.connectMillisMax
        ? close('authentication-timeout', [unavailable()])
        : { state, effects: [] }
    case 'packet':
    case 'publish-refused':
      throw new Error(`a session that authenticates was given: ${event.kind}`)
  }
}

/** Of all who have not subscribed yet. */
const none: Connected['subscriptions'] = new Map()

function admit({ client, keepAliveSeconds }: Authenticating, { limits }: SessionContext): Step {
  const connected: Connected = {
    phase: 'connected',
    client,
    silenceMillisMax: keepAliveSeconds * 1500,
    subscriptions: none,
    topicAliases: undefined,
  }
  return { state: connected, effects: [send(client, acceptance(client, limits))] }
}

function acceptance(client: Client, limits: SessionContext['limits']): Packet {
  return {
    type: 'connack',
    sessionPresent: false,
    code: 0,
    ...(client.protocolLevel === 5 && { properties: connackProperties(limits, client) }),
  }
}

function stepConnected(state: Connected, event: SessionEvent, context: SessionContext): Step {
  switch (event.kind) {
    case 'packet':
      return takePacket(state, event.packet, context)
    case 'publish-refused':
      return breakOff(state, event.error)
    case 'cut':
      return close(event.cause, farewell(state, cutCodes[event.cause]))
    case 'tick':
      return context.now - event.heardAt >= state.silenceMillisMax
        ? close('keep-alive', farewell(state, reason.keepAliveTimeout))
        : { state, effects: [] }
    case 'admitted':
    case 'refused':
      throw new Error(`a connected session was given: ${event.kind}`)
  }
}

/** Device protocol §2.9, §2.10, §6.2; safety R7. */
const cutCodes: { readonly [C in CutCause]: number } = {
  'taken-over': reason.sessionTakenOver,
  frozen: reason.administrativeAction,
  deleted: reason.administrativeAction,
  'credentials-reset': reason.administrativeAction,
  'trust-removed': reason.administrativeAction,
  shutdown: reason.serverShuttingDown,
  'store-fault': reason.quotaExceeded,
  fault: reason.unspecifiedError,
}

/** DISCONNECT tells a 5.0 client why; a 3.x server has none to send. */
function farewell({ client }: Connected, code: number, error?: SessionError): readonly Effect[] {
  if (client.protocolLevel !== 5) return []
  const packet: Disconnect = {
    type: 'disconnect',
    code,
    ...(error && { properties: { reasonString: error.detail } }),
  }
  return [send(client, packet)]
}

function takePacket(state: Connected, packet: Taken, context: SessionContext): Step {
  const result = decidePacket(state, packet, context)
  return 'code' in result ? breakOff(state, result) : result
}

function breakOff(state: Connected, error: SessionError): Step {
  return close('protocol-error', farewell(state, error.code, error), error)
}

function decidePacket(state: Connected, packet: Taken, context: SessionContext): Step | SessionError {
  switch (packet.type) {
    case 'subscribe':
      return subscribe(state, packet, context)
    case 'unsubscribe':
      return unsubscribe(state, packet)
    case 'pingreq':
      return { state, effects: [send(state.client, { type: 'pingresp' })] }
    case 'disconnect':
      return takeDisconnect(state, packet)
    // We have sent nothing that awaits an acknowledgement; a late one from an earlier connection does no harm.
    case 'puback':
      return { state, effects: [] }
    case 'protocol-error':
      return packet
    case 'connect':
      return wrong('[MQTT-3.1.0-2]', 'A second CONNECT on one connection.')
    case 'auth':
      return wrong('MQTT 5.0 §4.12', 'AUTH without an authentication method in the CONNECT.')
    // QoS 2 is neither offered nor granted, so that no such exchange can be under way.
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return wrong('MQTT 5.0 §4.3.3', `${packet.type.toUpperCase()}, though QoS 2 is not offered.`)
    case 'connack':
    case 'suback':
    case 'unsuback':
    case 'pingresp':
      return wrong('MQTT 5.0 §2.1.2', `${packet.type.toUpperCase()}, which only a server may send.`)
  }
}

function wrong(clause: string, detail: string): SessionError {
  return { code: reason.protocolError, clause, detail }
}

/** A will is never published, so that 0x00 and 0x04 (disconnect with will) mean the same. */
function takeDisconnect(state: Connected, { properties }: Disconnect): Step | SessionError {
  if ((properties?.sessionExpiryInterval ?? 0) > 0 && state.client.sessionExpirySeconds === 0)
    return wrong('MQTT 5.0 §3.14.2.2.2', 'DISCONNECT sets a session expiry that the CONNECT had set to 0.')
  return close('closed-by-device')
}
