import { createConnection, isIP, type Socket } from 'node:net'
import { checkServerIdentity, connect as connectTls, createSecureContext } from 'node:tls'
import { createDecoder } from '../codec/mqtt/decoder.ts'
import { encode } from '../codec/mqtt/encoder.ts'
import type { Ack, Connack, Connect, Publish } from '../codec/mqtt/packets.ts'
import { limits } from '../base/limits.ts'

/** The listener that devices connect to. */
export interface Target {
  readonly host: string
  readonly port: number
  readonly isTls: boolean
  /** Must stand in the server's certificate, wherever we connect to. */
  readonly serverName: string
  readonly protocolLevel: 4 | 5
}

/** What a device shows of itself in the handshake: its certificate and key, PEM. */
export interface ClientCertificate {
  readonly certificate: string
  readonly key: string
}

/** What happens on a connection; `onEnd` comes once, whatever ended it, and last. */
export interface ConnectionEvents {
  onConnack(connack: Connack): void
  onPuback(puback: Ack): void
  onPublish(publish: Publish): void
  /** A TLS session that the next connection may resume. */
  onSession(session: Buffer): void
  onEnd(reason: string): void
}

/** One MQTT connection as a client has it. */
export interface Connection {
  publish(topic: string, payload: Uint8Array, options: { packetId: number; dup: boolean }): void
  acknowledge(packetId: number): void
  ping(): void
  /** DISCONNECT, then the end of the stream. */
  disconnect(): void
  /** As when a cable is pulled. */
  cut(reason: string): void
}

/** Connects and sends CONNECT at once; no retry. `session` is resumed when the server still knows it. */
export function openConnection(
  target: Target,
  connect: Omit<Connect, 'type' | 'protocolLevel'>,
  certificate: ClientCertificate | undefined,
  session: Buffer | undefined,
  events: ConnectionEvents,
): Connection {
  const { protocolLevel } = target
  const decoder = createDecoder({
    from: 'server',
    level: protocolLevel,
    maxPacketBytes: limits.connectPacketBytesMax,
  })
  let ended = false
  let why = 'the platform closed the connection'
  const socket = openSocket(target, certificate, session, () =>
    socket.write(encode({ type: 'connect', protocolLevel, ...connect }, protocolLevel)),
  )
  socket.setNoDelay(true)
  socket.setTimeout(limits.simulatorConnectMillisMax, () => end('no answer in time'))
  socket.on('data', read)
  socket.on('session', events.onSession)
  socket.once('error', (fault) => end(fault.message))
  socket.once('close', () => {
    ended = true
    events.onEnd(why)
  })

  function read(bytes: Buffer): void {
    decoder.push(bytes)
    for (let packet = decoder.next(); packet !== undefined; packet = decoder.next())
      switch (packet.type) {
        case 'puback':
          events.onPuback(packet)
          break
        case 'connack':
          // From here on it is the keep-alive that watches over it.
          socket.setTimeout(0)
          events.onConnack(packet)
          break
        case 'publish':
          events.onPublish(packet)
          break
        case 'disconnect':
          why = `the platform sent DISCONNECT 0x${packet.code.toString(16).padStart(2, '0')}`
          break
        case 'protocol-error':
          end(`the platform broke the protocol: ${packet.detail}`)
          break
        default:
      }
  }

  function end(reason: string): void {
    if (ended) return
    why = reason
    socket.destroy()
  }

  const write = (bytes: Uint8Array): void => {
    if (!ended && socket.writable) socket.write(bytes)
  }
  return {
    publish: (topic, payload, { packetId, dup }) =>
      write(encode({ type: 'publish', topic, payload, qos: 1, retain: false, dup, packetId }, protocolLevel)),
    acknowledge: (packetId) => write(encode({ type: 'puback', packetId, code: 0 }, protocolLevel)),
    ping: () => write(encode({ type: 'pingreq' }, protocolLevel)),
    disconnect() {
      if (ended || !socket.writable) return end('ended by the device')
      why = 'ended by the device'
      socket.end(encode({ type: 'disconnect', code: 0 }, protocolLevel))
    },
    cut: end,
  }
}

function openSocket(
  target: Target,
  certificate: ClientCertificate | undefined,
  session: Buffer | undefined,
  onConnected: () => void,
): Socket {
  const { host, port, isTls, serverName } = target
  if (!isTls) return createConnection({ host, port }, onConnected)
  return connectTls(
    {
      host,
      port,
      // A context each, since each device has a key of its own; it goes when the connection does. Whom it trusts is
      // the process' one store (see trust.ts): a list of CAs given here would be parsed for each device anew.
      secureContext: createSecureContext(
        certificate && { cert: certificate.certificate, key: certificate.key },
      ),
      ...(session && { session }),
      ...(isIP(serverName) === 0 && { servername: serverName }),
      checkServerIdentity: (_, peer) => checkServerIdentity(serverName, peer),
    },
    onConnected,
  )
}
