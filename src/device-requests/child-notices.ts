import { setTimeout as pause } from 'node:timers/promises'
import type { DeviceId, Ids } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import type { ConnectionStatus, Device } from '../domain/device/device.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import { type ChildChange, findChildList, listChildChanges, saveTold } from '../store/child-lists.ts'
import { readFacts } from '../store/device-facts.ts'
import { findDeviceAnywhere, listBelow } from '../store/devices.ts'
import { childInfo } from './child-info.ts'
import type { ChildNotices, DeviceRequestDeps } from './request.ts'
import { sendEvent } from './send-event.ts'

export interface OpenedChildNotices extends ChildNotices {
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
  /** Nothing more is begun; resolves when what is under way has ended. */
  close(): Promise<void>
}

export type ChildNoticesDeps = Pick<
  DeviceRequestDeps,
  'clock' | 'limits' | 'logger' | 'store' | 'downlinks' | 'append'
> & {
  readonly ids: Ids
  readStatuses(deviceIds: readonly DeviceId[]): Promise<ReadonlyMap<DeviceId, ConnectionStatus>>
  isConnected(deviceId: DeviceId): Promise<boolean>
}

/** Changes read at a time. */
const PAGE = 100

export function createChildNotices(deps: ChildNoticesDeps): OpenedChildNotices {
  // Gateways that are being told, and from which version on they are to be told anew; undefined: from where it stands.
  const running = new Map<DeviceId, Promise<void>>()
  const wanted = new Map<DeviceId, number | undefined>()
  const held = new Set<DeviceId>()
  /** When the lists of these were renumbered, the oldest first. */
  const renumbered = new Map<DeviceId, Instant>()
  const closing = new AbortController()
  const { signal } = closing

  function tell(gatewayId: DeviceId, after: number | undefined): void {
    if (signal.aborted) return
    wanted.set(gatewayId, after ?? wanted.get(gatewayId))
    start(gatewayId)
  }

  function start(gatewayId: DeviceId): void {
    if (signal.aborted || running.has(gatewayId) || held.has(gatewayId) || !wanted.has(gatewayId)) return
    running.set(
      gatewayId,
      run(gatewayId)
        .catch((fault: unknown) =>
          deps.logger.error({ err: fault, gatewayId }, 'a gateway could not be told of its children'),
        )
        .finally(() => {
          running.delete(gatewayId)
          // What was wanted while it ended.
          start(gatewayId)
        }),
    )
  }

  async function run(gatewayId: DeviceId): Promise<void> {
    while (wanted.has(gatewayId) && !signal.aborted && !held.has(gatewayId)) {
      const after = wanted.get(gatewayId)
      wanted.delete(gatewayId)
      // Who prepares a thousand children of a gateway that is still to come leaves no trace of as many failures.
      if (!(await deps.isConnected(gatewayId))) continue
      const { told } = await findChildList(deps.store, gatewayId)
      const now = await sendAbove(gatewayId, after ?? told)
      if (now !== told) await saveTold(deps.store, gatewayId, now)
    }
  }

  /** Gives the version that the gateway has been told then: the last one, unless it is gone or wants to begin anew. */
  async function sendAbove(gatewayId: DeviceId, after: number): Promise<number> {
    let told = after
    const gateway = await findDeviceAnywhere(deps.store, gatewayId)
    if (!gateway) return told
    for (;;) {
      const changes = await listChildChanges(deps.store, gatewayId, told, PAGE)
      if (changes.length === 0) return told
      // Among them may be a change whose response is still to be sent.
      if (held.has(gatewayId)) {
        wanted.set(gatewayId, wanted.get(gatewayId))
        return told
      }
      for (const batch of batches(changes, deps.limits.childNoticeDevicesMax)) {
        if (signal.aborted || wanted.get(gatewayId) !== undefined) return told
        if (!(await sendBatch(gateway, batch))) return told
        told = batch.at(-1)?.version ?? told
      }
    }
  }

  /** False: the gateway is gone, and asks again when it is back. */
  async function sendBatch(gateway: Device, batch: readonly ChildChange[]): Promise<boolean> {
    const [first, last] = [batch[0], batch.at(-1)]
    if (!first || !last) return true
    const devices = await (first.change === 'add' ? added(gateway, batch) : deleted(batch))
    // What was added and is gone again is told as gone, further on.
    if (devices.length === 0) return true
    const delivery = await patiently({
      serviceId: '$sub_device_manager',
      eventType: `${first.change}_sub_device_notify`,
      paras: { devices, version: last.version },
    })
    if (delivery === 'too-large' && batch.length > 1) {
      const half = Math.ceil(batch.length / 2)
      return (await sendBatch(gateway, batch.slice(0, half))) && (await sendBatch(gateway, batch.slice(half)))
    }
    return delivery !== 'offline' && delivery !== 'connection-lost' && delivery !== 'busy'

    /** Too much may be on its way to it: that is over soon, or it is gone. */
    async function patiently(event: Parameters<typeof sendEvent>[2]): Promise<Delivery> {
      for (let tries = 1; ; tries++) {
        const { delivery: become } = await sendEvent(deps, gateway, event)
        if (become !== 'busy' || tries >= deps.limits.childNoticeTriesMax || signal.aborted) return become
        await pause(deps.limits.childNoticePauseMillis, undefined, { ref: false })
      }
    }
  }

  async function added(gateway: Device, batch: readonly ChildChange[]): Promise<JsonObject[]> {
    const ids = batch.map(({ deviceId }) => deviceId)
    const devices = new Map(
      (await listBelow(deps.store, gateway, ids)).map((device) => [device.deviceId, device]),
    )
    const statuses = await deps.readStatuses(ids)
    const facts = await readFacts(
      deps.store,
      [...devices.values()].map(({ key }) => key),
    )
    return ids.flatMap((id) => {
      const device = devices.get(id)
      return device ? [childInfo(device, statuses.get(id), facts.get(device.key))] : []
    })
  }

  async function settled(): Promise<void> {
    while (running.size > 0) await Promise.all(running.values())
  }

  return {
    changed: (gatewayId) => tell(gatewayId, undefined),
    replay: tell,
    mayRenumber(gatewayId) {
      const { childRenumberMillis, childListsRenumberedMax } = deps.limits
      const now = deps.clock.now()
      const last = renumbered.get(gatewayId)
      // Also when the clock was set back.
      if (last !== undefined && Math.abs(now - last) < childRenumberMillis) return false
      renumbered.delete(gatewayId)
      renumbered.set(gatewayId, now)
      const [oldest] = renumbered.keys()
      if (renumbered.size > childListsRenumberedMax && oldest !== undefined) renumbered.delete(oldest)
      return true
    },
    hold(gatewayId) {
      held.add(gatewayId)
      return () => {
        held.delete(gatewayId)
        start(gatewayId)
      }
    },
    settled,
    async close() {
      closing.abort()
      await settled()
    },
  }
}

async function deleted(batch: readonly ChildChange[]): Promise<JsonObject[]> {
  return batch.map(({ parentId, nodeId, deviceId }) => ({
    parent_device_id: parentId,
    node_id: nodeId,
    device_id: deviceId,
  }))
}

/** Changes of one kind that follow upon one another, at most `max` of them. */
function* batches(changes: readonly ChildChange[], max: number): Generator<readonly ChildChange[]> {
  let batch: ChildChange[] = []
  for (const change of changes) {
    if (batch.length === max || (batch[0] && batch[0].change !== change.change)) {
      yield batch
      batch = []
    }
    batch.push(change)
  }
  if (batch.length > 0) yield batch
}
