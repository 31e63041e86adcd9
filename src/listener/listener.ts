import type { Server } from 'node:net'
import { Buffer } from 'node:buffer'
import type { DeviceId } from '../base/ids.ts'
import type { ProvisioningGrant } from '../domain/verdict/verdict.ts'
import type { Broadcast, Delivery, Downlink } from '../domain/downlink/downlink.ts'
import type { CutCause } from '../session/session.ts'
import { Connection } from './connection.ts'
import { createHub } from './hub.ts'
import type { ListenerCounters, ListenerDeps } from './ports.ts'
import { fingerprintOf, refusal, type Unjudged } from './refusals.ts'
import { explainTlsFault } from './tls-faults.ts'
import { createEntrance, listen } from './transport/entrance.ts'
import { READ_BYTES, transportOf } from './transport/handle-transport.ts'
import type { WebSocketEntrance } from './transport/websocket-entrance.ts'
import { createTlsEntrance, type FailedHandshake, type TlsIdentity } from './transport/tls-entrance.ts'

export interface ListenerOptions {
  /** First part of connection names: unique over threads and starts. */
  readonly threadName: string
  /** Address to listen on. */
  readonly host: string
  /** 0: a free port; absent: not served. */
  readonly mqttPort?: number
  /** Needs `tls`. */
  readonly mqttsPort?: number
  readonly tls?: TlsIdentity
  /** True: `upgrade` is there. */
  readonly webSockets?: boolean
  /** Several threads listen on the same port, and the system shares connections out (design §3.4). */
  readonly reusePort: boolean
  /** How often time is looked at: keep alive, slow CONNECTs, lingering sockets. */
  readonly sweepMillis?: number
}

export interface ListenerStats extends Readonly<ListenerCounters> {
  /** Sockets open now, handshakes included. */
  readonly sockets: number
  /** Devices connected now. */
  readonly connections: number
  /** Uplinks that are not answered yet. */
  readonly inflight: number
}

/** A running listener of one thread; `close` ends it. */
export interface Listener {
  /** Ports in use. */
  readonly ports: { readonly mqtt?: number; readonly mqtts?: number }
  /** MQTT over WebSocket, on sockets of an HTTP server of this thread; there when it was asked for. */
  readonly upgrade?: WebSocketEntrance['upgrade']
  /**
   * Ends the device's connection on this thread, unless it is called `except`, and has a connection of the device
   * that is being judged judged again. Resolves with how many were ended, their last packets having left.
   */
  cut(deviceId: DeviceId, cause: CutCause, except?: string): Promise<number>
  /**
   * Ends this very connection, if it is still the device's: for take-overs by another thread, since a younger
   * connection of the device may have come up here meanwhile, which must stay.
   */
  cutConnection(deviceId: DeviceId, name: string, cause: CutCause): Promise<number>
  /** Ends the connections whose chains rest on this CA certificate (safety X9). */
  cutAnchor(anchorKey: string): Promise<number>
  /** The device has changed: a connection of it that is being judged is judged again. */
  recheck(deviceId: DeviceId): void
  /** Publishes to this very connection, if it is still the device's; resolves with what became of it. */
  deliver(name: string, downlink: Downlink): Promise<Delivery>
  /** As which device of a registration group this connection came; undefined: as an ordinary one, or it is gone. */
  provisioningOf(deviceId: DeviceId, name: string): ProvisioningGrant | undefined
  /** Publishes to each connected device of the space that has subscribed to the topic; gives how many they were, and waits for the PUBACK of none. */
  broadcast(broadcast: Broadcast): Promise<number>
  /** `decideTopic` answers otherwise by now: every connection is held to it. */
  policiesChanged(): void
  stats(): ListenerStats
  /** New handshakes show this; connections stay. Sessions of before cannot be resumed unless the ticket keys are the same. */
  updateTls(identity: TlsIdentity): void
  /**
   * Stops accepting and reading, lets what is under way be answered (within half of `shutdownMillisMax`), says
   * DISCONNECT 0x8B to 5.0 clients and closes; who does not close his side is waited for, `lingerMillisMax` long (safety R7).
   * Resolves when every `onDisconnected` has.
   */
  close(): Promise<void>
}

/** Opens the ports and serves them; rejects when one cannot be had (`EADDRINUSE`, `EACCES`). */
export async function startListener(options: ListenerOptions, deps: ListenerDeps): Promise<Listener> {
  const { clock, elapsed, limits, logger } = deps
  const hub = createHub(deps)
  const { counters, admission, table } = hub
  let sockets = 0

  const readBuffer = Buffer.allocUnsafeSlow(READ_BYTES)
  const entrance = createEntrance({
    threadName: options.threadName,
    enter(host) {
      const mayEnter = host !== '' && admission.enter(host)
      if (mayEnter) sockets++
      counters[mayEnter ? 'socketsOpened' : 'socketsTurnedAway']++
      return mayEnter
    },
    leave(host) {
      sockets--
      admission.leave(host)
    },
    fault: hub.fault,
  })
  const mqttServer = entrance.serve(
    'mqtt',
    (socket, peer) => new Connection(hub, transportOf(socket, readBuffer), peer),
  )
  const handshakeFailed = ({ peer, openedAt, error, presented }: FailedHandshake) => {
    counters.tlsHandshakesFailed++
    const unjudged: Unjudged = error
      ? explainTlsFault(error, limits.handshakeMillisMax / 1000)
      : { code: 'tls-client-left', params: { when: 'during the TLS handshake' } }
    const [leaf] = presented
    const { address, listener } = peer
    const subject = { address, listener, ...(leaf && { fingerprint: fingerprintOf(leaf) }) }
    const verdict = refusal(unjudged, 'tls', subject, clock.now(), elapsed() - openedAt)
    hub.adopt(deps.onRefused(verdict, presented), 'onRefused')
  }
  const tls =
    options.tls &&
    createTlsEntrance(entrance, {
      identity: options.tls,
      limits,
      elapsed,
      take: (socket, peer) => new Connection(hub, transportOf(socket, readBuffer), peer),
      failed: handshakeFailed,
    })

  // The package is loaded where it is needed: on one thread, not on each.
  const webSockets =
    options.webSockets &&
    (await import('./transport/websocket-entrance.ts')).createWebSocketEntrance(entrance, {
      limits,
      take: (transport, peer) => new Connection(hub, transport, peer),
    })

  const sweep = () => {
    const now = elapsed()
    for (const connection of table.all) connection.sweep(now)
    tls?.sweep(now)
  }

  const { mqttPort, mqttsPort } = options
  const servers: Server[] = []
  const open = (server: Server, port: number): Promise<number> => {
    servers.push(server)
    server.on('error', (err) => logger.error({ err }, 'a listening socket failed'))
    return listen(server, port, options)
  }
  const ports: { mqtt?: number; mqtts?: number } = {}
  try {
    if (mqttPort !== undefined) ports.mqtt = await open(mqttServer, mqttPort)
    if (mqttsPort !== undefined && tls) ports.mqtts = await open(tls.server, mqttsPort)
  } catch (err) {
    for (const server of servers) server.close()
    throw err
  }
  const timer = setInterval(sweep, options.sweepMillis ?? 250)

  return {
    ports,
    ...(webSockets && { upgrade: webSockets.upgrade }),
    cut: (deviceId, cause, except) => table.cut(deviceId, cause, except),
    cutConnection: (deviceId, name, cause) => table.cutConnection(deviceId, name, cause),
    cutAnchor: (anchorKey) => table.cutAnchor(anchorKey),
    deliver: async (name, downlink) =>
      (await hub.table.find(downlink.deviceId, name)?.deliver(downlink)) ?? 'offline',
    provisioningOf: (deviceId, name) => hub.table.find(deviceId, name)?.grant?.provisioning,
    // Nobody is told of each device: the slowest must not keep whoever waits for the answer.
    async broadcast({ projectId, spaceId, topic, payload }) {
      const ready = [...hub.table.all].filter(
        ({ grant, isConnected }) =>
          isConnected && grant?.projectId === projectId && grant.spaceId === spaceId,
      )
      const handed = ready.filter(
        (connection) =>
          connection.grant &&
          connection.isSubscribed(topic) &&
          connection.hand({
            ...{ deviceId: connection.grant.deviceId, topic, payload },
            ...{ reach: 'subscribed', isRetried: false },
          }),
      )
      return handed.length
    },
    recheck: (deviceId) => table.recheck(deviceId),
    policiesChanged() {
      for (const connection of table.all) connection.policiesChanged()
    },
    stats() {
      const all = [...table.all]
      return {
        ...counters,
        sockets,
        connections: all.filter((connection) => connection.isConnected).length,
        inflight: all.reduce((sum, { inflight }) => sum + inflight, 0),
      }
    },
    updateTls: (identity) => tls?.update(identity),
    async close() {
      for (const server of servers) server.close()
      tls?.destroyHandshakes()
      const connections = [...table.all]
      const each = limits.shutdownMillisMax / 4
      await within(2 * each, Promise.all(connections.map((connection) => connection.settle())))
      await within(each, Promise.all(connections.map((connection) => connection.cut('shutdown'))))
      // Closing while something of the peer's is unread resets the connection, and it may never see why it ended.
      await within(each, Promise.all([hub.adopted(), table.emptied()]))
      clearInterval(timer)
      for (const connection of table.all) connection.destroy()
    },
  }
}

/** Waits for `work`, but no longer than `millis`. */
async function within(millis: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, millis)
  })
  await Promise.race([work, late])
  clearTimeout(timer)
}
