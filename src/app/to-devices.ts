import type { Clock } from '../base/instant.ts'
import type { DeviceId, Ids } from '../base/ids.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import { createChildNotices } from '../device-requests/child-notices.ts'
import { createDeviceRequests } from '../device-requests/handle.ts'
import { sendEvent } from '../device-requests/send-event.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import type { DeviceFiles } from '../domain/file/file-addresses.ts'
import { createDesiredPushes } from '../downlink/desired-pushes.ts'
import { createDispatch } from '../downlink/dispatch.ts'
import type { Downlinks } from '../downlink/downlinks.ts'
import { createNotices } from '../downlink/notices.ts'
import { addOwnChildren, deleteOwnChildren } from '../operations/devices/own-children.ts'
import type { OperationDeps } from '../operations/operation.ts'
import { findDeviceAnywhere } from '../store/devices.ts'
import type { Store } from '../store/store.ts'
import type { Config } from './config.ts'
import type { Listeners } from './listeners.ts'
import type { Remote } from './rpc.ts'
import { storeReads } from './store-reads.ts'
import type { StoreApi } from './threads.ts'
import { createTimers } from './timers.ts'

interface ToDevicesOptions {
  readonly config: Pick<Config, 'accessAddress' | 'publicHost'>
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
  readonly lenientEventTime: boolean
  readonly logger: Logger
  readonly store: Store
  readonly log: Remote<StoreApi>
  readonly downlinks: Downlinks
  readonly files: DeviceFiles
  /** Open, like the next, before anything is sent. */
  listeners(): Listeners
  operations(): OperationDeps
}

/** What goes to devices, and what is done about what they ask for. */
export function createToDevices(options: ToDevicesOptions) {
  const { config, clock, ids, limits, logger, store, log, downlinks, files, listeners, operations } = options
  const { readShadow, readStatuses } = storeReads(log)
  const deps = {
    ...{ clock, ids, limits, logger, store, downlinks, readShadow, readStatuses },
    append: (entries: readonly NewEntry[]) => log.append(entries),
  }
  const timers = createTimers()
  const dispatch = createDispatch({
    ...deps,
    later: timers.later,
    lenientEventTime: options.lenientEventTime,
  })
  const desired = createDesiredPushes(deps)
  const notices = createNotices(deps)
  const childNotices = createChildNotices({
    ...deps,
    isConnected: async (deviceId) => (await log.connectionOf(deviceId)) !== undefined,
  })
  const requests = createDeviceRequests({
    ...deps,
    dispatch,
    desired,
    provisioningOf: (deviceId, connection) => listeners().provisioningOf(deviceId, connection),
    accessAddress: (serverName) =>
      config.accessAddress ?? `${serverName ?? config.publicHost}:${listeners().ports.mqtts}`,
    notices,
    files,
    children: {
      add: (gateway, entries) => addOwnChildren(operations(), gateway, entries),
      delete: (gateway, deviceIds) => deleteOwnChildren(operations(), gateway, deviceIds),
      say: (said) => log.sayChildren(said),
      notices: childNotices,
    },
  })
  /** What waited for a child goes by its new gateway at once, if that is connected. */
  const sendOn = async ({ deviceId, gatewayId }: Parameters<OperationDeps['childMoved']>[0]) => {
    const connection = await log.connectionOf(gatewayId)
    const [gateway, child] = [
      await findDeviceAnywhere(store, gatewayId),
      await findDeviceAnywhere(store, deviceId),
    ]
    if (connection === undefined || !gateway || !child) return
    const { projectId, productKey } = gateway
    const wasTold = notices.wasTold(gatewayId, connection)
    await requests.connected({ deviceId: gatewayId, projectId, productKey, connection })
    if (wasTold) await notices.pushMoved(child)
  }
  const operationDeps = {
    dispatch,
    notices,
    pushDesired: ({ deviceId }) => desired.push(deviceId, 'changed'),
    sendEvent: (device, event) => sendEvent(deps, device, event),
    childrenChanged: (gatewayId) => childNotices.changed(gatewayId),
    async childMoved(child) {
      await log.childMoved({ ...child, at: clock.now() })
      void sendOn(child).catch((fault: unknown) =>
        logger.error({ err: fault, deviceId: child.deviceId }, 'what waited for a child could not be sent'),
      )
    },
  } satisfies Partial<OperationDeps>
  return {
    operationDeps,
    requests,
    /** A report does not show what is desired. */
    desiredDiffers: (deviceId: DeviceId) => desired.push(deviceId, 'report'),
    /** In the order of opening. */
    closers: [() => timers.close(), () => desired.close(), () => childNotices.close()],
  }
}
