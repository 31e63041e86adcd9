import type { DeviceId } from '../base/ids.ts'
import type { Delivery, Downlink } from '../domain/downlink/downlink.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'
import type { CutCause } from '../session/session.ts'

/** What the table must know of a connection. */
export interface TableEntry {
  readonly name: string
  /** Device id as the CONNECT claims it, while it is being judged. */
  readonly claimedId: string | undefined
  readonly grant: ConnectionGrant | undefined
  readonly isBeingJudged: boolean
  /** What its verdict rests on may have changed: it must be judged again before it is let in. */
  recheck(): void
  readonly isConnected: boolean
  /** Uplinks handed on and not yet answered. */
  readonly inflight: number
  /** Resolves when what was written has left, or after a bounded wait. */
  cut(cause: CutCause): Promise<void>
  /** Publishes to the peer; resolves with what became of it. */
  deliver(downlink: Downlink): Promise<Delivery>
  /** Publishes to the peer, and does not wait for what becomes of it. False: nothing was, or will be, written. */
  hand(downlink: Downlink): boolean
  policiesChanged(): void
  /** Does a filter of the peer match this topic, and may it be used? */
  isSubscribed(topic: string): boolean
  /** Stops reading; resolves when everything handed on was answered, or the connection ended. */
  settle(): Promise<void>
  /** At once, without a word. */
  destroy(): void
  /** What time brings: called every so often by the thread's one timer. */
  sweep(now: number): void
}

/**
 * The connections of one thread. A connection stands here from its first byte, so that no change of a device falls
 * between its verdict and its registration: one that is being judged is told to ask again.
 */
export interface ConnectionTable {
  readonly all: ReadonlySet<TableEntry>
  add(connection: TableEntry): void
  /** It has ended: it is nobody's connection any more, though its socket may still linger. */
  release(connection: TableEntry): void
  /** Its socket is gone. */
  remove(connection: TableEntry): void
  /** Resolves when the sockets of all are gone. */
  emptied(): Promise<void>
  /** From now on this is the device's connection; gives the one it replaces (safety R16). */
  claim(connection: TableEntry, deviceId: DeviceId): TableEntry | undefined
  /** The device's connection, if it is the one of this name. */
  find(deviceId: DeviceId, name: string): TableEntry | undefined
  recheck(deviceId: DeviceId): void
  /** Ends the device's connection, unless it is called `except`; gives how many were ended. */
  cut(deviceId: DeviceId, cause: CutCause, except?: string): Promise<number>
  /** Ends this very connection, if it is still the device's. */
  cutConnection(deviceId: DeviceId, name: string, cause: CutCause): Promise<number>
  /** Ends the connections whose chains rest on this CA certificate (safety X9). */
  cutAnchor(anchorKey: string): Promise<number>
}

export function createConnectionTable(): ConnectionTable {
  const all = new Set<TableEntry>()
  const byDevice = new Map<DeviceId, TableEntry>()
  let empty: PromiseWithResolvers<void> | undefined

  const recheck = (matches: (connection: TableEntry) => boolean) => {
    for (const connection of all) if (connection.isBeingJudged && matches(connection)) connection.recheck()
  }
  const cutThese = async (connections: readonly TableEntry[], cause: CutCause) => {
    await Promise.all(connections.map((connection) => connection.cut(cause)))
    return connections.length
  }

  return {
    all,
    add: (connection) => void all.add(connection),
    remove(connection) {
      all.delete(connection)
      if (all.size === 0) empty?.resolve()
    },
    emptied() {
      empty ??= Promise.withResolvers()
      if (all.size === 0) empty.resolve()
      return empty.promise
    },
    release(connection) {
      const deviceId = connection.grant?.deviceId
      if (deviceId !== undefined && byDevice.get(deviceId) === connection) byDevice.delete(deviceId)
    },
    claim(connection, deviceId) {
      const older = byDevice.get(deviceId)
      byDevice.set(deviceId, connection)
      return older === connection ? undefined : older
    },
    find(deviceId, name) {
      const current = byDevice.get(deviceId)
      return current?.name === name ? current : undefined
    },
    recheck: (deviceId) => recheck(({ claimedId }) => claimedId === deviceId),
    async cut(deviceId, cause, except) {
      // Whoever is being judged learns the reason from the new verdict; a take-over concerns only who was there.
      if (cause !== 'taken-over') recheck(({ claimedId }) => claimedId === deviceId)
      const current = byDevice.get(deviceId)
      const ends = current && current.name !== except && (cause === 'taken-over' || !current.isBeingJudged)
      return cutThese(ends ? [current] : [], cause)
    },
    async cutConnection(deviceId, name, cause) {
      const current = byDevice.get(deviceId)
      return cutThese(current?.name === name ? [current] : [], cause)
    },
    async cutAnchor(anchorKey) {
      recheck(() => true)
      const resting = [...byDevice.values()].filter(
        ({ grant, isBeingJudged }) => !isBeingJudged && grant?.anchorKey === anchorKey,
      )
      return cutThese(resting, 'trust-removed')
    },
  }
}
