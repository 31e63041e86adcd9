import { Buffer } from 'node:buffer'
import type { DeviceId, Position, ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Logger } from '../base/logger.ts'
import { bridgeConnectionOf, bridgeOfSession } from '../domain/bridge/bridge.ts'
import type { BridgedDevices, BridgedQuery } from '../domain/bridge/bridged-devices.ts'
import { gatewayOfConnection } from '../domain/device/place.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { RecordWriter } from '../log/record.ts'
import { type Claim, type Release, threadOf } from './threads.ts'

/** Who is connected, over all listener threads. */
export interface Presence {
  /**
   * Durable on return; gives the connection that was taken over, if one was up. Rejects when it cannot be written,
   * or when the thread of the connection has ended.
   */
  claim(claim: Claim): Promise<string | undefined>
  /** Nothing happens when another connection has taken over. */
  release(release: Release): Promise<void>
  /** A listener thread died: its connections are down, and none of it is let in any more. */
  releaseThread(thread: string, at: Instant): Promise<void>
  /** After a start: the connections of the process before are down. */
  releaseFormer(at: Instant): Promise<void>
  /** Tries to write the ends of connections that could not be written; they stay for the next try if it fails. */
  retry(): Promise<void>
  /** The connection that holds the device's session. */
  connectionOf(deviceId: DeviceId): string | undefined
  /** Devices; bridges are none. */
  online(): number
  /** See `StoreApi.readBridged`. */
  bridged(query: BridgedQuery): readonly BridgedDevices[]
}

/** A connection as the log names it. */
interface Online {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly connection: string
}

interface Session extends Pick<Online, 'projectId' | 'connection'> {
  /** While its claim is on the way to the disk: the session that comes back if the claim cannot be written. */
  below: Session | undefined
  /** It ended while a claim lay on top of it; `'unclaimed'`: its own claim could not be written. */
  over?: Release | 'unclaimed'
}

const batchEntries = 1000

/**
 * Keeps the sessions where status entries are written, so that the order of claims and the order of their entries
 * are one. A claim counts at once, and is taken back if it cannot be written. The end of a connection is a fact
 * even while the disk is full: what cannot be written waits here, one entry a device at most, and what a crash
 * loses of it `releaseFormer` makes good.
 */
export function createPresence(deps: {
  /** See `Log.appendRecords`. */
  appendRecords(records: Uint8Array, count: number): Promise<Position>
  /** Devices that are ONLINE as far as the log says. */
  onlineConnections(): Promise<readonly Online[]>
  readonly logger: Logger
}): Presence {
  const { appendRecords, onlineConnections, logger } = deps
  const sessions = new Map<DeviceId, Session>()
  // A short name for each thread that died: names are not used again.
  const endedThreads = new Set<string>()
  const unwritten = new Map<DeviceId, Release>()
  const writer = new RecordWriter(4096)

  /** Rejects with the first batch that cannot be written; it and what follows waits in `unwritten`. */
  async function writeEnds(ended: readonly Release[]): Promise<void> {
    for (let start = 0; start < ended.length; start += batchEntries) {
      try {
        const batch = ended.slice(start, start + batchEntries)
        for (const one of batch) writer.entry(offlineEntry(one))
        await appendRecords(writer.take(), batch.length)
      } catch (fault) {
        for (const one of ended.slice(start)) unwritten.set(one.deviceId, one)
        throw fault
      }
    }
  }

  async function markOffline(ended: readonly Release[]): Promise<void> {
    try {
      await writeEnds(ended)
    } catch (fault) {
      logger.warn(
        { fault, waiting: unwritten.size },
        'ends of connections could not be written; they will be later',
      )
    }
  }

  /** Puts the youngest session from `session` downwards that is not over in its place; gives the ends passed by. */
  function fallBack(deviceId: DeviceId, session: Session | undefined): readonly Release[] {
    const ended: Release[] = []
    let live = session
    for (; live?.over; live = live.below) if (live.over !== 'unclaimed') ended.push(live.over)
    if (live) sessions.set(deviceId, live)
    else sessions.delete(deviceId)
    return ended
  }

  return {
    async claim({ deviceId, projectId, connection, address, at, record }) {
      if (endedThreads.has(threadOf(connection))) throw new Error(`the thread of ${connection} has ended`)
      const session: Session = { connection, projectId, below: sessions.get(deviceId) }
      sessions.set(deviceId, session)
      const takesOver = session.below ? { takesOver: true } : {}
      const body = { status: 'ONLINE', connection, address, ...takesOver } as const
      try {
        writer.entry({ kind: 'status', at, projectId, deviceId, body })
        const online = writer.take()
        if (record) await appendRecords(Buffer.concat([record, online]), 2)
        else await appendRecords(online, 1)
      } catch (fault) {
        session.over = 'unclaimed'
        if (sessions.get(deviceId) === session) await markOffline(fallBack(deviceId, session))
        throw fault
      }
      unwritten.delete(deviceId)
      let previous = session.below
      while (previous?.over) previous = previous.below
      session.below = undefined
      return previous?.connection
    },
    async release(release) {
      const { deviceId, connection } = release
      let session = sessions.get(deviceId)
      while (session && session.connection !== connection) session = session.below
      if (!session) return
      session.over = release
      if (sessions.get(deviceId) === session) await markOffline(fallBack(deviceId, session))
    },
    async releaseThread(thread, at) {
      endedThreads.add(thread)
      const ended: Release[] = []
      // By the sessions, not by the log: a claim that is still on its way to the disk is ended, too.
      for (const [deviceId, top] of [...sessions]) {
        for (let each: Session | undefined = top; each; each = each.below)
          if (threadOf(each.connection) === thread) {
            const { projectId, connection } = each
            each.over ??= { deviceId, projectId, connection, cause: 'listener-restarted', at }
          }
        if (top.over) ended.push(...fallBack(deviceId, top))
      }
      await markOffline(ended)
    },
    async releaseFormer(at) {
      // Whether children are ONLINE is for their gateways to say.
      const former = (await onlineConnections()).filter(
        ({ connection }) => gatewayOfConnection(connection) === undefined,
      )
      await markOffline(
        former.map(({ deviceId, projectId, connection }) => ({
          deviceId,
          projectId,
          connection,
          cause: 'server-restarted',
          at,
        })),
      )
    },
    async retry() {
      const waiting = [...unwritten.values()]
      unwritten.clear()
      // The first failure was logged, and health tells of it as long as it lasts.
      await writeEnds(waiting).catch(() => undefined)
    },
    connectionOf: (deviceId) => sessions.get(deviceId)?.connection,
    online() {
      let bridges = 0
      for (const deviceId of sessions.keys()) if (bridgeOfSession(deviceId) !== undefined) bridges++
      return sessions.size - bridges
    },
    bridged({ sessions: bridges, limit, offset = 0 }) {
      const found = new Map<string, DeviceId[]>()
      for (const bridge of bridges) {
        const connection = sessions.get(bridge)?.connection
        if (connection !== undefined) found.set(connection, [])
      }
      if (found.size > 0)
        for (const [deviceId, { connection }] of sessions) {
          const through = bridgeConnectionOf(connection)
          if (through !== undefined) found.get(through)?.push(deviceId)
        }
      return bridges.map((session) => {
        const deviceIds = found.get(sessions.get(session)?.connection ?? '') ?? []
        const shown = limit === 0 ? [] : deviceIds.toSorted().slice(offset, offset + limit)
        return { session, count: deviceIds.length, deviceIds: shown }
      })
    },
  }
}

const offlineEntry = ({ at, projectId, deviceId, connection, cause, error }: Release): NewEntry => ({
  kind: 'status',
  at,
  projectId,
  deviceId,
  body: { status: 'OFFLINE', connection, cause, ...(error && { error }) },
})
