import { LRUCache } from 'lru-cache'
import type { DeviceId } from '../base/ids.ts'
import type { Limits } from '../base/limits.ts'
import type { ConfigTask } from '../domain/device-event/configuration.ts'
import { isLogSwitchDue, logConfigParas, type LogSwitch } from '../domain/device-event/log-switch.ts'
import type { Device } from '../domain/device/device.ts'
import { dueBits } from '../domain/device/due.ts'
import { findOpenConfigTask, markConfigTaskSent, markConfigTaskTried } from '../store/config-tasks.ts'
import { type NoticeTarget, listNoticeTargets } from '../store/device-notices.ts'
import { findCarrier } from '../store/carriers.ts'
import { clearDue } from '../store/devices.ts'
import { findLogSwitch, markLogSwitchSent } from '../store/log-switches.ts'
import type { Store } from '../store/store.ts'
import { inTransaction } from '../store/transaction.ts'
import { type SendEventDeps, type SentEvent, sendEvent } from './send-event.ts'

export interface NoticesDeps extends SendEventDeps {
  readonly store: Store
  readonly limits: Pick<Limits, 'noticesPerConnectMax' | 'noticeConnectionsMax'>
}

type Target = Pick<Device, 'key' | 'projectId' | 'deviceId' | 'gatewayId'>

/** What devices are told at once, and again when they connect: whether to report logs, and configurations. */
export interface Notices {
  pushLogSwitch(device: Target, logSwitch: LogSwitch): Promise<SentEvent>
  pushConfigTask(device: Target, task: Pick<ConfigTask, 'key' | 'content'>): Promise<SentEvent>
  /** Was all that was due told on this connection? What comes to be due to a child by a move is not told by `pushDue` then. */
  wasTold(connected: DeviceId, connection: string): boolean
  /** What is due to a child that has come to a gateway. */
  pushMoved(child: Target): Promise<void>
  /** A version query is not kept: a device that is offline is not asked (device protocol §3.8.5). */
  askVersion(device: Target): Promise<SentEvent>
  /**
   * All that is due to the device of this connection and to its children, once a connection: a device that subscribes
   * to something is looked at again.
   */
  pushDue(connected: DeviceId, connection: string): Promise<void>
}

export function createNotices(deps: NoticesDeps): Notices {
  const { store, clock, limits } = deps
  /** The connection on which each device was told last. */
  const told = new LRUCache<DeviceId, string>({ max: limits.noticeConnectionsMax })

  async function sendLogSwitch(device: Target, via: DeviceId, logSwitch: LogSwitch): Promise<SentEvent> {
    const sent = await sendEvent(deps, {
      device,
      via,
      serviceId: '$log',
      eventType: 'log_config',
      isAnswer: false,
      paras: logConfigParas(logSwitch),
    })
    if (sent.isSent) await markLogSwitchSent(store, device.key, logSwitch, clock.now())
    return sent
  }

  async function sendConfigTask(
    device: Target,
    via: DeviceId,
    { key, content }: Pick<ConfigTask, 'key' | 'content'>,
  ): Promise<SentEvent> {
    const sent = await sendEvent(deps, {
      device,
      via,
      serviceId: '$device_config',
      eventType: 'config_update',
      isAnswer: false,
      paras: { config_content: content },
    })
    if (sent.isSent) await markConfigTaskSent(store, key, clock.now())
    else await markConfigTaskTried(store, key, clock.now())
    return sent
  }

  async function pushTo(target: NoticeTarget, via: DeviceId): Promise<void> {
    const logSwitch = await findLogSwitch(store, target.key)
    if (logSwitch && isLogSwitchDue(logSwitch, clock.now())) await sendLogSwitch(target, via, logSwitch)
    const task = await findOpenConfigTask(store, target.key)
    if (task && clock.now() < task.expiresAt) await sendConfigTask(target, via, task)
  }

  return {
    pushLogSwitch: async (device, logSwitch) =>
      sendLogSwitch(device, await findCarrier(store, device), logSwitch),
    pushConfigTask: async (device, task) => sendConfigTask(device, await findCarrier(store, device), task),
    wasTold: (connected, connection) => told.get(connected) === connection,
    pushMoved: async (child) => pushTo(child, await findCarrier(store, child)),
    askVersion: async (device) =>
      sendEvent(deps, {
        device,
        via: await findCarrier(store, device),
        serviceId: '$ota',
        eventType: 'version_query',
        isAnswer: false,
        offline: 'question-device-offline',
        paras: {},
      }),
    async pushDue(connected, connection) {
      if (told.get(connected) === connection) return
      told.set(connected, connection)
      const wanted = { now: clock.now(), limit: limits.noticesPerConnectMax }
      for (const target of await listNoticeTargets(store, connected, wanted)) await pushTo(target, connected)
      await inTransaction(store, async (tx) => {
        const left = await listNoticeTargets(tx, connected, { now: clock.now(), limit: 1 })
        if (left.length === 0) await clearDue(tx, connected, dueBits.notices)
      })
    },
  }
}
