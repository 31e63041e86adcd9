import type { DeviceId, ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Logger } from '../base/logger.ts'
import type { ChildStatuses } from '../domain/device/child-statuses.ts'
import type { ConnectionStatus } from '../domain/device/device.ts'
import { gatewayConnection, gatewayOfConnection } from '../domain/device/place.ts'
import type { NewEntry } from '../domain/entry/entry.ts'

/**
 * The status of children, which have no connection: what their gateway said last stays, also when the gateway goes
 * offline, unless they are set to follow it (device protocol §2.10). Then they go OFFLINE with it.
 */
export interface ChildPresence {
  /** Durable on return; a status that is no news is not written. Gives those that are ONLINE and were not. */
  say(said: ChildStatuses): Promise<readonly DeviceId[]>
  /** A child is now another gateway's: if it is ONLINE it is so through that one. */
  moved(child: { deviceId: DeviceId; projectId: ProjectId; gatewayId: DeviceId; at: Instant }): Promise<void>
  /** Its row is gone, and what was said of it with it. */
  deleted(deviceId: DeviceId): void
  /** Whether children follow; those whose gateway is down go OFFLINE at once. */
  follow(isFollowing: boolean, at: Instant): Promise<void>
  /** A connection ended: children of gateways that are down go OFFLINE, if they follow. `gatewayId` absent: any may be. */
  ended(at: Instant, gatewayId?: DeviceId): Promise<void>
}

/** Children that are ONLINE through one gateway. */
type Children = Map<DeviceId, ProjectId>

const batchEntries = 1000

export function createChildPresence(deps: {
  append(entries: readonly NewEntry[]): Promise<unknown>
  readStatuses(deviceIds: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ConnectionStatus>>
  onlineConnections(): Promise<
    readonly { readonly deviceId: DeviceId; readonly projectId: ProjectId; readonly connection: string }[]
  >
  isUp(gatewayId: DeviceId): boolean
  readonly logger: Logger
}): ChildPresence {
  const { append, readStatuses, onlineConnections, isUp, logger } = deps
  // Only while children follow: a hundred thousand of them take 15 MB.
  let following:
    | { readonly byGateway: Map<DeviceId, Children>; readonly gateways: Map<DeviceId, DeviceId> }
    | undefined

  function forget(deviceId: DeviceId): void {
    const gatewayId = following?.gateways.get(deviceId)
    if (!following || gatewayId === undefined) return
    following.gateways.delete(deviceId)
    const children = following.byGateway.get(gatewayId)
    children?.delete(deviceId)
    if (children?.size === 0) following.byGateway.delete(gatewayId)
  }

  function remember(deviceId: DeviceId, projectId: ProjectId, gatewayId: DeviceId): void {
    forget(deviceId)
    if (!following) return
    following.gateways.set(deviceId, gatewayId)
    const children = following.byGateway.get(gatewayId)
    if (children) children.set(deviceId, projectId)
    else following.byGateway.set(gatewayId, new Map([[deviceId, projectId]]))
  }

  async function end(gatewayId: DeviceId, at: Instant): Promise<void> {
    const children = [...(following?.byGateway.get(gatewayId) ?? [])]
    for (let start = 0; start < children.length; start += batchEntries) {
      const some = children.slice(start, start + batchEntries)
      try {
        await append(
          some.map(([deviceId, projectId]) =>
            statusEntry({ deviceId, projectId, gatewayId, at, status: 'OFFLINE', cause: 'gateway-offline' }),
          ),
        )
      } catch (fault) {
        // They stay remembered, so that the next end of a connection, or start, tries again.
        logger.warn({ fault, gatewayId }, 'children of a gateway that is down could not be marked OFFLINE')
        return
      }
      for (const [deviceId] of some) if (following?.gateways.get(deviceId) === gatewayId) forget(deviceId)
    }
  }

  async function ended(at: Instant, gatewayId?: DeviceId): Promise<void> {
    if (!following) return
    const gateways = gatewayId === undefined ? [...following.byGateway.keys()] : [gatewayId]
    for (const gateway of gateways)
      if (following.byGateway.has(gateway) && !isUp(gateway)) await end(gateway, at)
  }

  return {
    async say({ gatewayId, projectId, at, statuses }) {
      const known = await readStatuses(statuses.map(({ deviceId }) => deviceId))
      const latest = new Map(statuses.map(({ deviceId, status }) => [deviceId, status]))
      const news = [...latest].filter(([deviceId, status]) => known.get(deviceId)?.status !== status)
      if (news.length > 0)
        await append(
          news.map(([deviceId, status]) =>
            statusEntry({ deviceId, projectId, gatewayId, at, status, cause: 'gateway-said' }),
          ),
        )
      for (const [deviceId, status] of latest)
        if (status === 'ONLINE') remember(deviceId, projectId, gatewayId)
        else forget(deviceId)
      await ended(at, gatewayId)
      return news.flatMap(([deviceId, status]) => (status === 'ONLINE' ? [deviceId] : []))
    },
    async moved({ deviceId, projectId, gatewayId, at }) {
      const status = (await readStatuses([deviceId])).get(deviceId)
      if (status?.status !== 'ONLINE') return
      const cause = 'gateway-changed'
      await append([statusEntry({ deviceId, projectId, gatewayId, at, status: 'ONLINE', cause })])
      remember(deviceId, projectId, gatewayId)
      await ended(at, gatewayId)
    },
    deleted: forget,
    async follow(isFollowing, at) {
      following = isFollowing ? { byGateway: new Map(), gateways: new Map() } : undefined
      if (!isFollowing) return
      for (const { deviceId, projectId, connection } of await onlineConnections()) {
        const gatewayId = gatewayOfConnection(connection)
        if (gatewayId !== undefined) remember(deviceId, projectId, gatewayId)
      }
      await ended(at)
    },
    ended,
  }
}

function statusEntry({
  deviceId,
  projectId,
  gatewayId,
  at,
  status,
  cause,
}: {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly gatewayId: DeviceId
  readonly at: Instant
  readonly status: 'ONLINE' | 'OFFLINE'
  readonly cause: string
}): NewEntry {
  const connection = gatewayConnection(gatewayId)
  // Moved while ONLINE: no news for applications, and the time of the last change stays.
  const takesOver = cause === 'gateway-changed' ? { takesOver: true } : {}
  return { kind: 'status', at, projectId, deviceId, body: { status, connection, cause, ...takesOver } }
}
