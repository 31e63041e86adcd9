import type { DeviceId, ProjectId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'
import type { Seen } from '../device-http/device-http.ts'
import type { Remote } from './rpc.ts'
import type { StoreApi } from './threads.ts'
import { verdictRecord } from './verdict-record.ts'

/** Who is ONLINE because it came over HTTP, where nothing stays open (device protocol §5.2). */
export interface HttpPresence {
  /** It was let in, or has sent something. */
  seen(grant: ConnectionGrant, seen: Seen): Promise<void>
  /** It may not come any more as it did: what would cut a connection ends this as well (device protocol §2.10). */
  end(deviceId: DeviceId, cause: string): Promise<void>
  /** Ends those that were silent for too long. */
  sweep(): Promise<void>
}

interface Online {
  readonly projectId: ProjectId
  readonly connection: string
  lastAt: number
  checkedAt: number
}

/** A device may come by MQTT meanwhile, which takes its session over: looked at no more often than this. */
const checkMillis = 60_000

/** `name`: first part of connection names, unique over threads and starts. */
export function createHttpPresence(deps: {
  readonly store: Pick<Remote<StoreApi>, 'connectionOf' | 'claim' | 'release'>
  readonly clock: Clock
  readonly limits: Pick<Limits, 'httpSilenceMillis' | 'httpDevicesMax'>
  readonly name: string
  cutTakenOver(deviceId: DeviceId, connection: string): Promise<void>
}): HttpPresence {
  const { store, clock, limits, name, cutTakenOver } = deps
  const online = new Map<DeviceId, Online>()
  let lastNumber = 0

  async function isStillIts(deviceId: DeviceId, one: Online, now: number): Promise<boolean> {
    if (now - one.checkedAt < checkMillis) return true
    one.checkedAt = now
    return (await store.connectionOf(deviceId)) === one.connection
  }

  return {
    async seen({ deviceId, projectId }, { address, verdict }) {
      const now = clock.now()
      const known = online.get(deviceId)
      if (known && !verdict && (await isStillIts(deviceId, known, now))) {
        known.lastAt = now
        return
      }
      online.delete(deviceId)
      // Whoever holds a connection of MQTT open is online by it; a report over HTTP does not end that.
      const holder = await store.connectionOf(deviceId)
      if (holder !== undefined && holder !== known?.connection) return
      // The rest is served all the same: only its status is not told.
      if (online.size >= limits.httpDevicesMax) return
      const connection = `${name}-${++lastNumber}`
      online.set(deviceId, { projectId, connection, lastAt: now, checkedAt: now })
      const claim = { deviceId, projectId, connection, address, at: now }
      const record = verdict && verdictRecord({ at: now, projectId, deviceId, body: verdict })
      const previous = await store.claim({ ...claim, ...(record && { record }) })
      if (previous !== undefined && previous !== known?.connection) await cutTakenOver(deviceId, previous)
    },
    async end(deviceId, cause) {
      const known = online.get(deviceId)
      if (!known) return
      online.delete(deviceId)
      const { projectId, connection } = known
      await store.release({ deviceId, projectId, connection, cause, at: clock.now() })
    },
    async sweep() {
      const now = clock.now()
      for (const [deviceId, { projectId, connection, lastAt }] of online) {
        if (now - lastAt < limits.httpSilenceMillis) continue
        online.delete(deviceId)
        await store.release({ deviceId, projectId, connection, cause: 'silent', at: now })
      }
    },
  }
}
