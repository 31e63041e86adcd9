import type { BridgeId, DeviceId } from '../base/ids.ts'
import { reason } from '../codec/mqtt/reason-codes.ts'
import { parseTopic, topicDirection } from '../codec/topic/system-topics.ts'
import { type Drop, drop, unknownTopic } from './route.ts'

/** What a publish of a bridge on one topic is (device protocol §3.10). */
export type BridgeRoute =
  | Drop
  | {
      readonly kind: 'request'
      readonly act: BridgeAct
      readonly deviceId: DeviceId
      readonly requestId: string
    }
  /** It is the device's, if that is logged in: `topic` is the one on which it would publish itself. */
  | { readonly kind: 'of-device'; readonly deviceId: DeviceId; readonly topic: string }

export type BridgeAct = 'login' | 'logout' | 'reset-secret'

const acts: { readonly [kind: string]: BridgeAct } = {
  'bridge-login': 'login',
  'bridge-logout': 'logout',
  'bridge-reset-secret': 'reset-secret',
}

/** As `routeTopic`, for a bridge: default deny, and its own id, compared literally. */
export function routeBridgeTopic(bridgeId: BridgeId, name: string): BridgeRoute {
  const topic = parseTopic(name)
  if (topic.kind === 'unknown') return unknownTopic(topic.why)
  if (topicDirection(topic.kind) === 'down')
    return drop(reason.notAuthorized, 'topic-downward', 'Only the platform may publish to this topic.')
  if (!('bridgeId' in topic) || topic.bridgeId !== bridgeId)
    return drop(
      reason.notAuthorized,
      'topic-foreign',
      'A bridge publishes below $oc/bridges/, followed by its own id.',
    )
  const { deviceId, requestId } = topic
  const act = acts[topic.kind]
  if (act !== undefined && requestId !== undefined) return { kind: 'request', act, deviceId, requestId }
  const path = name.slice(name.indexOf(`/devices/${deviceId}/`) + `/devices/${deviceId}/`.length)
  // The C SDK leaves out `sys/` of one topic (vector K10).
  const below = path.startsWith('sys/') ? path : `sys/${path}`
  return { kind: 'of-device', deviceId, topic: `$oc/devices/${deviceId}/${below}` }
}

/**
 * The topic on which a bridge is sent what is for a device that is logged in through it; undefined where a bridge has
 * none: its devices have no topics of their own choice.
 */
export function topicThroughBridge(
  bridgeId: BridgeId,
  deviceId: DeviceId,
  topic: string,
): string | undefined {
  const own = `$oc/devices/${deviceId}/sys/`
  return topic.startsWith(own)
    ? `$oc/bridges/${bridgeId}/devices/${deviceId}/sys/${topic.slice(own.length)}`
    : undefined
}
