import { Buffer } from 'node:buffer'
import type { BridgeId, DeviceId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'

/**
 * May this device subscribe to this filter, which is well formed? Asked for every filter of every SUBSCRIBE
 * (safety S3); level by level and literally, so that no wildcard reaches above the device's own topics
 * (device protocol §3.0.2).
 *
 *   $oc/devices/{own id}/…       granted, with any wildcards below the id
 *   $oc/broadcast/{suffix}       granted (§3.12), without wildcards
 *   $oc/m2m/to/{own id}/…        granted (§3.13), with any wildcards below the id
 *   /huawei/v1/devices/{own id}/…  granted (§3.14)
 *   anything else below $ or /huawei/  forbidden: $oc/#, $oc/devices/+/…, foreign ids, $SYS/#
 *   other filters                up to 128 bytes and 7 separators (§1.3): policies decide, by the filter's text (§3.11)
 *
 * A leading `+` or `#` is such an other filter: it never matches a `$` topic ([MQTT-4.7.2-1]).
 */
export function maySubscribe(
  deviceId: DeviceId,
  filter: string,
): 'granted' | 'forbidden' | 'invalid' | 'by-policy' {
  const levels = filter.split('/')
  if (filter.startsWith('$')) {
    if (Buffer.byteLength(filter) > limits.systemTopicBytesMax) return 'invalid'
    return isOwn(levels, deviceId) || isBroadcast(levels) || isOwnM2m(levels, deviceId)
      ? 'granted'
      : 'forbidden'
  }
  if (isLegacy(levels)) return isOwnLegacy(levels, deviceId) ? 'granted' : 'forbidden'
  if (Buffer.byteLength(filter) > limits.customTopicBytesMax) return 'invalid'
  return levels.length - 1 > limits.customTopicSeparatorsMax ? 'invalid' : 'by-policy'
}

/** A bridge: its own topics alone, with any wildcards below its id (device protocol §3.10). */
export function mayBridgeSubscribe(bridgeId: BridgeId, filter: string): 'granted' | 'forbidden' | 'invalid' {
  if (Buffer.byteLength(filter) > limits.systemTopicBytesMax) return 'invalid'
  const [root, bridges, id, ...below] = filter.split('/')
  const isOwnTopic = root === '$oc' && bridges === 'bridges' && id === bridgeId && below.length > 0
  return isOwnTopic ? 'granted' : 'forbidden'
}

const isOwn = ([root, devices, id, ...below]: readonly string[], deviceId: DeviceId) =>
  root === '$oc' && devices === 'devices' && id === deviceId && below.length > 0

const isOwnM2m = ([root, m2m, to, id, ...below]: readonly string[], deviceId: DeviceId) =>
  root === '$oc' && m2m === 'm2m' && to === 'to' && id === deviceId && below.length > 0

const isBroadcast = ([root, broadcast, ...suffix]: readonly string[]) =>
  root === '$oc' &&
  broadcast === 'broadcast' &&
  suffix.length > 0 &&
  suffix.every((level) => level !== '' && level !== '+' && level !== '#')

const isLegacy = ([empty, root]: readonly string[]) => empty === '' && root === 'huawei'

const isOwnLegacy = ([, , version, devices, id, ...below]: readonly string[], deviceId: DeviceId) =>
  version === 'v1' && devices === 'devices' && id === deviceId && below.length > 0
