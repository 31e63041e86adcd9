import { Buffer } from 'node:buffer'
import type { DeviceId, Ids } from '../base/ids.ts'
import type { Clock, Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import { dueBits } from '../domain/device/due.ts'
import type { Device } from '../domain/device/device.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import { deliveryCode } from '../domain/downlink/message.ts'
import { propertySetPayload, propertySetTopic } from '../domain/downlink/property-request.ts'
import type { DownlinkEntry, NewEntry } from '../domain/entry/entry.ts'
import { differenceOf, type ServiceDifference, splitDifference } from '../domain/shadow/difference.ts'
import type { Shadow } from '../domain/shadow/shadow.ts'
import type { KeptUplink } from '../domain/uplink/kept-uplink.ts'
import { clearDesired, listDesiredBelow, markDesired } from '../store/desired-due.ts'
import { findDeviceAnywhere } from '../store/devices.ts'
import { findCarrier } from '../store/carriers.ts'
import { findProductByKey } from '../store/products.ts'
import type { Store } from '../store/store.ts'
import type { Downlinks } from './downlinks.ts'
import { payloadFields } from './trace.ts'

/*
 * What is desired of a device and was not reported so is sent to it as `properties/set` (device protocol §4.4):
 *
 *   connected   it has come online, or its gateway has      at once
 *   changed     an application has changed what is desired  at once
 *   report      it has reported something else              once in `limits.desiredPushMillis`
 *
 * So a device that answers each push with a report, and never adopts the value, is sent one push a minute and not a
 * loop. What could not be sent is tried again with the next of these: nothing is kept for it but the shadow itself.
 */

export type PushCause = 'connected' | 'changed' | 'report'

export interface DesiredPushes {
  /** Never throws; what goes wrong is logged. */
  push(deviceId: DeviceId, cause: PushCause): void
  /**
   * A device of which, or of a child of which, something may be desired has come online. Resolves when its own part was
   * sent, or given up, so that what comes behind it does (device protocol §2.11); its children's may still be on its way.
   */
  connected(deviceId: DeviceId): Promise<void>
  /** An answer to a set: it is logged, and nothing else becomes of it. False: it is to none of these. */
  answered(uplink: KeptUplink): Promise<boolean>
  /** Resolves when nothing is under way, nor waits for its turn. */
  idle(): Promise<void>
  /** Drops what waits for its turn, and waits for what is under way. */
  close(): Promise<void>
}

export interface DesiredPushDeps {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
  readonly logger: Logger
  readonly downlinks: Downlinks
  /** What was acknowledged to a device or an application is in it. */
  readShadow(deviceId: DeviceId): Promise<readonly Shadow[]>
  append(entries: readonly NewEntry[]): Promise<unknown>
}

type Known = Pick<Device, 'projectId' | 'deviceId'>

/** The stronger takes the weaker's place in the queue. */
const strength = { report: 0, connected: 1, changed: 2 } as const satisfies Record<PushCause, number>

export function createDesiredPushes(deps: DesiredPushDeps): DesiredPushes {
  const { store, clock, limits, logger } = deps
  const waiting = new Map<DeviceId, PushCause>()
  const underWay = new Set<DeviceId>()
  /** When something was sent last; a device that is forgotten is pushed to once too often. */
  const pushedAt = new Map<DeviceId, Instant>()
  /** Whom a set that was sent was for; nobody waits for its answer, so that it takes no place of those who do. */
  const unanswered = new Map<string, Known>()
  const whenIdle: (() => void)[] = []
  const whenPushed = new Map<DeviceId, (() => void)[]>()

  function push(deviceId: DeviceId, cause: PushCause): void {
    if (cause === 'report' && isRecent(deviceId, limits.desiredPushMillis)) return
    const before = waiting.get(deviceId)
    if (before === undefined && waiting.size >= limits.desiredPushesWaitingMax) {
      logger.warn(
        { deviceId },
        'desired values were not sent, since too many devices wait; its next report does it',
      )
      return
    }
    if (before === undefined || strength[before] < strength[cause]) waiting.set(deviceId, cause)
    startNext()
  }

  function startNext(): void {
    for (const [deviceId, cause] of waiting) {
      if (underWay.size >= limits.desiredPushesMax) return
      // One after the other to each device, so that the last one carries what is desired last.
      if (underWay.has(deviceId)) continue
      waiting.delete(deviceId)
      underWay.add(deviceId)
      void run(deviceId, cause)
    }
    if (underWay.size === 0) for (const resolve of whenIdle.splice(0)) resolve()
  }

  async function run(deviceId: DeviceId, cause: PushCause): Promise<void> {
    try {
      await pushTo(deviceId, cause)
    } catch (fault) {
      logger.error({ err: fault, deviceId }, 'desired values could not be sent; the next report tries again')
    } finally {
      underWay.delete(deviceId)
      if (!waiting.has(deviceId)) tellPushed(deviceId)
      startNext()
    }
  }

  /** Resolves when nothing of it waits, nor is under way. */
  const pushed = (deviceId: DeviceId): Promise<void> =>
    new Promise((resolve) => {
      if (!waiting.has(deviceId) && !underWay.has(deviceId)) return resolve()
      whenPushed.set(deviceId, [...(whenPushed.get(deviceId) ?? []), resolve])
    })

  function tellPushed(deviceId: DeviceId): void {
    const told = whenPushed.get(deviceId) ?? []
    whenPushed.delete(deviceId)
    for (const resolve of told) resolve()
  }

  async function pushTo(deviceId: DeviceId, cause: PushCause): Promise<void> {
    // Sent within the delay that follows a connect: to this very session, because of its first report.
    if (cause === 'connected' && isRecent(deviceId, limits.dueAfterConnectMillis)) return
    const device = await findDeviceAnywhere(store, deviceId)
    const product = device && (await findProductByKey(store, device.productKey))
    if (!device || !product) return
    const shadows = await deps.readShadow(deviceId)
    if (cause === 'connected' && !isAnythingDesired(shadows)) return forget(device)
    const parts = splitDifference(differenceOf(shadows, product.services), {
      servicesMax: limits.desiredPushServicesMax,
      bytesMax: limits.desiredPushBytesMax - ENVELOPE_BYTES,
    })
    const carrier = parts.length > 0 ? await findCarrier(store, device) : deviceId
    for (const part of parts) if (!(await sendPart(device, carrier, part))) return
  }

  /** Looked at twice: what was desired in between found the mark still there, and it is gone now. */
  async function forget(device: Device): Promise<void> {
    await clearDesired(store, device)
    if (isAnythingDesired(await deps.readShadow(device.deviceId))) await markDesired(store, device)
  }

  /** False: the rest need not be tried. */
  async function sendPart(
    device: Device,
    carrier: DeviceId,
    part: readonly ServiceDifference[],
  ): Promise<boolean> {
    const id = deps.ids.uuid()
    const addressee = { deviceId: device.deviceId, carrierId: carrier }
    const topic = propertySetTopic(addressee, id)
    const payload = propertySetPayload(addressee, part)
    // Before it is sent, since the answer may come at once.
    const { projectId, deviceId } = device
    remember(unanswered, keyOf(carrier, id), { projectId, deviceId }, limits.desiredPushesKnownMax)
    const delivery = await deps.downlinks.send({
      ...{ deviceId: carrier, topic, payload },
      ...{ reach: 'implicit', isRetried: false },
    })
    const isSent = delivery === 'written' || delivery === 'acknowledged'
    if (!isSent) unanswered.delete(keyOf(carrier, id))
    // A device that is not there is no news: it is pushed to when it comes.
    if (delivery === 'offline') return false
    remember(pushedAt, device.deviceId, clock.now(), limits.desiredPushesKnownMax)
    await log(device, {
      ...{ type: 'property-set', id, ...stateOf(delivery) },
      ...{ topic, ...payloadFields(payload) },
    })
    return isSent
  }

  const log = ({ projectId, deviceId }: Known, body: DownlinkEntry): Promise<unknown> =>
    deps.append([{ kind: 'downlink', at: clock.now(), projectId, deviceId, body }])

  /** By either sign: our clock may have been stepped back. */
  const isRecent = (deviceId: DeviceId, millis: number): boolean =>
    Math.abs(clock.now() - (pushedAt.get(deviceId) ?? -Infinity)) < millis

  const idle = (): Promise<void> =>
    new Promise((resolve) => {
      whenIdle.push(resolve)
      startNext()
    })

  return {
    push,
    async connected(deviceId) {
      const device = await findDeviceAnywhere(store, deviceId)
      if (!device || ((device.due ?? 0) & dueBits.desired) === 0) return
      push(deviceId, 'connected')
      const below = await listDesiredBelow(
        store,
        { projectId: device.projectId, gatewayId: deviceId },
        limits.desiredChildrenMax,
      )
      for (const child of below) push(child, 'connected')
      await pushed(deviceId)
    },
    async answered({ deviceId, requestId = '', payload }) {
      const key = keyOf(deviceId, requestId)
      const device = unanswered.get(key)
      if (!device) return false
      unanswered.delete(key)
      await log(device, {
        ...{ type: 'property-set', id: requestId, state: 'answered' },
        detail: { payload: Buffer.from(payload).toString('utf8', 0, ANSWER_BYTES_SHOWN) },
      })
      return true
    },
    idle,
    close() {
      waiting.clear()
      for (const deviceId of whenPushed.keys()) if (!underWay.has(deviceId)) tellPushed(deviceId)
      return idle()
    },
  }
}

/** The oldest goes when there are more; no cache of the library's, which takes its memory before it needs it. */
function remember<K, V>(known: Map<K, V>, key: K, value: V, most: number): void {
  known.delete(key)
  known.set(key, value)
  if (known.size <= most) return
  const [oldest] = known.keys()
  if (oldest !== undefined) known.delete(oldest)
}

const isAnythingDesired = (shadows: readonly Shadow[]): boolean =>
  shadows.some(({ desired }) => desired !== undefined)

/** `{"object_device_id":"","services":[]}` with the longest id. */
const ENVELOPE_BYTES = 170

const stateOf = (delivery: Exclude<Delivery, 'offline'>): Pick<DownlinkEntry, 'state' | 'code'> => {
  if (delivery === 'written') return { state: 'sent' }
  if (delivery === 'acknowledged') return { state: 'delivered' }
  return { state: 'failed', code: deliveryCode(delivery) }
}

/** Of what the device said, for the trace. */
const ANSWER_BYTES_SHOWN = 1024

const keyOf = (carrier: DeviceId, requestId: string): string => `${carrier} ${requestId}`
