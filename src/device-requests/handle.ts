import { setTimeout as pause } from 'node:timers/promises'
import { parseTopic, type Topic } from '../codec/topic/system-topics.ts'
import type { ConnectedDevice, KeptUplink } from '../domain/uplink/kept-uplink.ts'
import { takeEvents } from './events.ts'
import { sendNotices } from './notices.ts'
import type { ConnectHook, DeviceRequestDeps, Handler, Notice } from './request.ts'
import { relay } from './relay.ts'
import { takeLegacyResponse, takeResponse } from './responses.ts'
import { sendCommands, sendDesired, sendMessages } from './send-due.ts'
import { answerShadow } from './shadow-get.ts'

/** Acts on what devices ask for and answer, once it is in the log. */
export interface DeviceRequests {
  /** Never rejects: what goes wrong is logged, what the device did wrong stands in its entries. */
  handle(uplink: KeptUplink): Promise<void>
  /** What waited for a device that has just been let in is sent to it (device protocol §2.11). Never rejects. */
  connected(device: ConnectedDevice): Promise<void>
}

/** Who acts on what, by the kind of its topic. Kinds that are not named are kept in the log alone. */
const handlers: { readonly [K in Topic['kind']]?: Handler } = {
  m2m: relay,
  'event-up': takeEvents,
  'command-response': takeResponse,
  'property-set-response': takeResponse,
  'property-get-response': takeResponse,
  'legacy-data-json': takeLegacyResponse,
  'shadow-get': answerShadow,
}

/** What is sent when a device comes online, in this order. */
const onConnect: readonly ConnectHook[] = [sendMessages, sendCommands, sendDesired, sendNotices]

export function createDeviceRequests(deps: DeviceRequestDeps): DeviceRequests {
  const acting: Turns = new Map()
  const sending: Turns = new Map()
  /** The newest connection of each device that is about to be looked at. */
  const soon = new Map<string, ConnectedDevice>()
  let underWay = 0

  async function act(uplink: KeptUplink): Promise<void> {
    const parsed = parseTopic(uplink.topic)
    const handler = handlers[parsed.kind]
    if (!handler) return
    try {
      const notice = await handler(deps, { ...uplink, parsed })
      if (notice) await note(uplink, notice)
    } catch (fault) {
      deps.logger.error(
        { err: fault, deviceId: uplink.deviceId },
        'a request of a device could not be handled',
      )
    }
  }

  async function note({ deviceId, projectId, topic }: KeptUplink, { code, params }: Notice): Promise<void> {
    await deps.append([
      { kind: 'notice', at: deps.clock.now(), projectId, deviceId, body: { code, params, topic } },
    ])
  }

  async function sendDue(device: ConnectedDevice): Promise<void> {
    for (const hook of onConnect)
      try {
        await hook(deps, device)
      } catch (fault) {
        const { deviceId } = device
        deps.logger.error({ err: fault, deviceId }, 'what waited for a device could not be sent')
      }
  }

  return {
    async handle(uplink) {
      const { deviceId } = uplink
      if (underWay >= deps.limits.deviceRequestsMax) {
        deps.logger.warn({ deviceId }, 'a request of a device was not handled: too many are under way')
        return
      }
      underWay++
      await inTurn(acting, deviceId, () => act(uplink))
      underWay--
    },
    async connected(device) {
      const { deviceId } = device
      const isLookedAt = soon.has(deviceId)
      soon.set(deviceId, device)
      // The look that waits already finds whatever this one would.
      if (isLookedAt) return
      await pause(deps.limits.dueAfterConnectMillis)
      const newest = soon.get(deviceId) ?? device
      soon.delete(deviceId)
      await inTurn(sending, deviceId, () => sendDue(newest))
    },
  }
}

type Turns = Map<string, Promise<void>>

/** Of one device at a time, so that nothing of it is acted on out of order; others do not wait for it. `work` must not reject. */
async function inTurn(turns: Turns, deviceId: string, work: () => Promise<void>): Promise<void> {
  const mine = (turns.get(deviceId) ?? Promise.resolve()).then(work)
  turns.set(deviceId, mine)
  await mine
  if (turns.get(deviceId) === mine) turns.delete(deviceId)
}
