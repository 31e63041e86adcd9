import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { DeviceId, Ids, ProjectId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import type { Bus } from '../bus/bus.ts'
import type { DeviceRequests } from '../device-requests/handle.ts'
import type { Delivery, Downlink, SendBroadcast, SendDownlink } from '../domain/downlink/downlink.ts'
import type { ProvisioningGrant } from '../domain/verdict/verdict.ts'
import type { ListenerStats } from '../listener/listener.ts'
import type { TlsIdentity } from '../listener/transport/tls-entrance.ts'
import { pinFingerprint } from '../store/devices.ts'
import { saveIntermediates } from '../store/intermediates.ts'
import type { OpenedStore } from '../store/open-store.ts'
import type { Config } from './config.ts'
import type { StoreThread } from './store.ts'
import { startDeviceStack, type DeviceStack } from './device-stack.ts'
import { type Remote, sameThread, ThreadGoneError } from './rpc.ts'
import { createSocketCounts, forgetSockets, shareSockets } from './shared-sockets.ts'
import { type ListenerApi, type ListenerThreadData, type MainApi, threadOf } from './threads.ts'
import type { ServerIdentity } from './tls-material.ts'
import { startThread, type Thread } from './workers.ts'

export interface Listeners {
  readonly ports: { readonly mqtt: number; readonly mqtts: number }
  stats(): Promise<readonly (readonly [string, ListenerStats])[]>
  updateTls(identity: ServerIdentity): Promise<void>
  /** Seals the tickets of TLS sessions with new keys on all threads; those of before are good for nothing then. */
  renewTicketKeys(): Promise<void>
  readonly send: SendDownlink
  /** The devices of this thread: over WebSocket and HTTP. */
  readonly stack: DeviceStack
  /** Closes a connection, on whichever thread it is, because another has taken it over. */
  cutTakenOver(deviceId: DeviceId, connection: string): Promise<void>
  /** Ends the connections of this thread: HTTP servers wait for them when they close. */
  closeStack(): Promise<void>
  readonly broadcast: SendBroadcast
  /** See `Listener.provisioningOf`. */
  provisioningOf(deviceId: DeviceId, connection: string): Promise<ProvisioningGrant | undefined>
  close(): Promise<void>
}

export interface ListenersOptions {
  readonly config: Config
  readonly store: OpenedStore
  readonly storeThread: StoreThread
  readonly bus: Bus
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly registryFile: string
  readonly sealingKey: Uint8Array
  readonly identity: ServerIdentity
  readonly homeProjectId: ProjectId
  /** See `Enrolment`. */
  readonly enrol: MainApi['enrol']
  /** As they are configured. */
  readonly limits: Limits
  /** See `DeviceRequests`. */
  readonly deviceRequests: DeviceRequests
  resetDeviceSecret: MainApi['resetDeviceSecret']
}

/** Of the device stack on the main thread, in names of connections. */
const mainName = 'http'

// Where the system cannot spread connections over several sockets of one port, one thread listens.
const canShare = process.platform === 'linux' || process.platform === 'freebsd'
/**
 * By itself it would grow to 48 MB with the first thousand connections and stay there, which is more than their sockets
 * take in JavaScript; collecting it more often costs nothing that could be measured (docs/performance/connect.md).
 */
const youngGenerationMegabytes = 6
/** A thread that dies at once, again and again, must not eat the machine. */
const restartPauseMillis = 1000

/**
 * Starts the listener threads; each has sockets of its own on the same ports, and connections never move between
 * them. One that dies takes only its connections with it: they are marked OFFLINE and it is replaced.
 */
export async function startListeners(options: ListenersOptions): Promise<Listeners> {
  const { config, store, storeThread, bus, clock, ids, logger, limits } = options
  const threads = new Map<string, Thread<ListenerApi>>()
  const lenientEventTime = config.eventTime === 'lenient'
  const seats = canShare ? config.listeners : 1
  // The last seat is this thread's.
  const socketCounts = createSocketCounts(seats + 1)
  let identity: TlsIdentity = { ...options.identity, ticketKeys: newTicketKeys() }
  let ports: Listeners['ports'] = { mqtt: config.mqttPort, mqtts: config.mqttsPort }
  let started = 0
  const closing = new AbortController()

  const remotes = (): readonly (readonly [string, Remote<ListenerApi>])[] => [
    ...[...threads].map(([name, { remote }]) => [name, remote] as const),
    ...(closed ? [] : [[mainName, mine] as const]),
  ]
  const remoteOf = (connection: string): Remote<ListenerApi> | undefined => {
    const name = threadOf(connection)
    return name === mainName ? mine : threads.get(name)?.remote
  }

  async function cutTakenOver(deviceId: DeviceId, connection: string) {
    // A thread that died meanwhile has no connection left to cut.
    await remoteOf(connection)
      ?.cutConnection(deviceId, connection)
      .catch((fault: unknown) => {
        logger.warn({ fault, connection }, 'a connection that was taken over could not be cut')
      })
  }

  const ours = (name: string): MainApi => ({
    log: ([level, fields, message]) => logger[level]({ thread: name, ...fields }, message),
    pinFingerprint: (deviceId, fingerprint) => pinFingerprint(store, deviceId, fingerprint),
    saveIntermediates: (leafSha256, ders) =>
      saveIntermediates(store, { key: ids.rowKey(), leafSha256, ders, max: limits.intermediatesMax }),
    enrol: options.enrol,
    takeUplink: (uplink) => void options.deviceRequests.handle(uplink),
    connected: (device) => void options.deviceRequests.connected(device),
    resetDeviceSecret: (request) => options.resetDeviceSecret(request),
    cutTakenOver,
  })

  // HTTP is served on this thread, so devices that come over it, or over WebSocket, are as well.
  const stack = startDeviceStack({
    name: mainName,
    registryFile: options.registryFile,
    registryVersion: store.version,
    sealingKey: options.sealingKey,
    homeProjectId: options.homeProjectId,
    store: storeThread.remote,
    main: sameThread(ours(mainName)),
    logger,
    limits,
    lenientEventTime,
    sockets: shareSockets(socketCounts, seats, limits),
    listen: { host: config.bind, reusePort: false, webSockets: true },
  })
  const mine = sameThread(stack.api)
  let closed: Promise<void> | undefined
  const closeStack = (): Promise<void> => (closed ??= mine.close())

  async function start(seat: number): Promise<Thread<ListenerApi>> {
    const name = `listener${++started}`
    const thread = startThread<ListenerApi, MainApi>({
      name,
      file: './listener-thread.ts',
      data: {
        name,
        bind: config.bind,
        mqttPort: ports.mqtt,
        mqttsPort: ports.mqtts,
        reusePort: canShare,
        tls: identity,
        socketCounts,
        seat,
        limits,
        lenientEventTime,
        registryFile: options.registryFile,
        registryVersion: store.version,
        homeProjectId: options.homeProjectId,
        sealingKey: options.sealingKey,
        logLevel: config.logLevel,
      } satisfies ListenerThreadData,
      ours: ours(name),
      logger,
      youngGenerationMegabytes,
    })
    threads.set(name, thread)
    try {
      const port = storeThread.connect()
      thread.send({ attach: port }, [port])
      ports = ((await thread.ready) as unknown as { ports: typeof ports }).ports
      return thread
    } catch (fault) {
      threads.delete(name)
      await thread.terminate()
      throw fault
    }
  }

  /** Owns a thread, and after its end the one that replaces it, until the platform closes. */
  async function keep(first: Thread<ListenerApi>, seat: number): Promise<void> {
    let thread: Thread<ListenerApi> | undefined = first
    while (thread) {
      await thread.ended
      threads.delete(thread.name)
      thread = await replace(thread.name, seat)
    }
  }

  /** Undefined when the platform closes. */
  async function replace(name: string, seat: number): Promise<Thread<ListenerApi> | undefined> {
    while (!closing.signal.aborted) {
      logger.error({ thread: name }, 'a listener thread has ended; it is replaced')
      try {
        await storeThread.remote.releaseThread(name, clock.now())
        if (closing.signal.aborted) return undefined
        forgetSockets(socketCounts, seat)
        const [thread] = await Promise.all([start(seat), pause(restartPauseMillis)])
        return thread
      } catch (fault) {
        logger.error({ fault, thread: name }, 'the listener thread could not be replaced; trying again')
        await pause(restartPauseMillis)
      }
    }
    return undefined
  }

  /** A thread that is being started takes what is the present one by then; one that has died will not need it. */
  async function show(next: TlsIdentity): Promise<void> {
    identity = next
    await Promise.all(
      remotes().map(([, remote]) =>
        remote.updateTls(next).catch((fault: unknown) => {
          if (!(fault instanceof ThreadGoneError)) throw fault
        }),
      ),
    )
  }

  async function close(): Promise<void> {
    closing.abort()
    unsubscribe()
    await closeStack()
    await Promise.all(
      [...threads.values()].map(async (thread) => {
        try {
          await thread.remote.close()
        } catch (fault) {
          logger.warn({ fault, thread: thread.name }, 'a listener thread did not close by itself')
        }
        await thread.terminate()
      }),
    )
    await Promise.all(keepers)
  }

  /** To whichever thread holds the connection; a thread that dies on the way takes the connection with it. */
  async function send(downlink: Downlink): Promise<Delivery> {
    const connection = await storeThread.remote.connectionOf(downlink.deviceId)
    const remote = connection === undefined ? undefined : remoteOf(connection)
    if (connection === undefined || !remote) return 'offline'
    try {
      return await remote.deliver(connection, downlink)
    } catch (fault) {
      if (fault instanceof ThreadGoneError) return 'connection-lost'
      throw fault
    }
  }

  const keepers: Promise<void>[] = []
  const add = async (seat: number): Promise<void> => void keepers.push(keep(await start(seat), seat))
  const unsubscribe = bus.subscribe(async (notice) => {
    await Promise.all(remotes().map(([, remote]) => remote.notice(notice)))
  })
  try {
    // A port 0 is known once the first thread has it; the others then take the same.
    await add(0)
    await Promise.all(Array.from({ length: seats - 1 }, (_, index) => add(index + 1)))
  } catch (fault) {
    await close()
    throw fault
  }

  return {
    ports,
    send,
    stack,
    closeStack,
    cutTakenOver,
    async provisioningOf(deviceId, connection) {
      try {
        return await remoteOf(connection)?.provisioningOf(deviceId, connection)
      } catch (fault) {
        if (fault instanceof ThreadGoneError) return undefined
        throw fault
      }
    },
    async broadcast(message) {
      const written = await Promise.all(
        remotes().map(([, remote]) =>
          remote.broadcast(message).catch((fault: unknown) => {
            if (fault instanceof ThreadGoneError) return 0
            throw fault
          }),
        ),
      )
      return written.reduce((sum, count) => sum + count, 0)
    },
    async stats() {
      const all = await Promise.all(
        remotes().map(async ([name, remote]) => {
          try {
            return [[name, await remote.stats()] as const]
          } catch (fault) {
            // It died a moment ago, and its figures with it.
            if (fault instanceof ThreadGoneError) return []
            throw fault
          }
        }),
      )
      return all.flat()
    },
    updateTls: (next) => show({ ...identity, ...next }),
    renewTicketKeys: () => show({ ...identity, ticketKeys: newTicketKeys() }),
    close,
  }
}

/**
 * The same for all threads, so that a TLS session can be resumed on whichever the device lands, and in memory alone:
 * decision 0011.
 */
const newTicketKeys = (): Uint8Array => randomBytes(48)
