import { Buffer } from 'node:buffer'
import { parseBridgeId, parseDeviceId } from '../../base/ids.ts'
import type { BridgeId, DeviceId } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'

/*
 * The topics of device protocol §3.0.1, as one table: what follows the device's (or the bridge's device's) id,
 * and what it means. `parseTopic` and `formatTopic` both read it, so they cannot disagree.
 *
 *   $oc/devices/{id}/sys/properties/set/response/request_id={rid}?encoding=gzip
 *   `---prefix----´  `------------path---------´            `rid´ `--options--´
 */

interface Path {
  readonly path: string
  readonly direction: 'up' | 'down'
  /** `/request_id={rid}` follows. */
  readonly request?: true
}

/** Rows 1 to 14: the same below a device and below a device of a bridge (§3.10). */
const shared = {
  'message-up': { path: 'sys/messages/up', direction: 'up' },
  'message-down': { path: 'sys/messages/down', direction: 'down' },
  'property-report': { path: 'sys/properties/report', direction: 'up' },
  'gateway-property-report': { path: 'sys/gateway/sub_devices/properties/report', direction: 'up' },
  'property-set': { path: 'sys/properties/set', direction: 'down', request: true },
  'property-set-response': { path: 'sys/properties/set/response', direction: 'up', request: true },
  'property-get': { path: 'sys/properties/get', direction: 'down', request: true },
  'property-get-response': { path: 'sys/properties/get/response', direction: 'up', request: true },
  'shadow-get': { path: 'sys/shadow/get', direction: 'up', request: true },
  'shadow-get-response': { path: 'sys/shadow/get/response', direction: 'down', request: true },
  command: { path: 'sys/commands', direction: 'down', request: true },
  'command-response': { path: 'sys/commands/response', direction: 'up', request: true },
  'event-up': { path: 'sys/events/up', direction: 'up' },
  'event-down': { path: 'sys/events/down', direction: 'down' },
} as const satisfies Record<string, Path>

/** Rows 15 and 23: below a device alone. */
const deviceOnly = {
  'bootstrap-up': { path: 'sys/bootstrap/up', direction: 'up' },
  'bootstrap-down': { path: 'sys/bootstrap/down', direction: 'down' },
  /** Deprecated, to be read like `message-up` (§3.14). */
  'sub-device-message-up': { path: 'sys/sub_device_manage/messages/up', direction: 'up' },
} as const satisfies Record<string, Path>

/** §3.10: below a device of a bridge alone. */
const bridgeOnly = {
  'bridge-login': { path: 'sys/login', direction: 'up', request: true },
  'bridge-login-response': { path: 'sys/login/response', direction: 'down', request: true },
  'bridge-logout': { path: 'sys/logout', direction: 'up', request: true },
  'bridge-logout-response': { path: 'sys/logout/response', direction: 'down', request: true },
  'bridge-reset-secret': { path: 'sys/reset_secret', direction: 'up', request: true },
  'bridge-reset-secret-response': { path: 'sys/reset_secret/response', direction: 'down', request: true },
  'bridge-disconnect': { path: 'sys/disconnect', direction: 'down' },
} as const satisfies Record<string, Path>

/** Rows 21 and 22, between `/huawei/v1/devices/{id}/` and the end. */
const legacy = {
  'legacy-data-json': { path: 'data/json', direction: 'up' },
  'legacy-data-binary': { path: 'data/binary', direction: 'up' },
  'legacy-command-json': { path: 'command/json', direction: 'down' },
  'legacy-command-binary': { path: 'command/binary', direction: 'down' },
} as const satisfies Record<string, Path>

type SharedKind = keyof typeof shared
export type DeviceTopicKind = SharedKind | keyof typeof deviceOnly
export type BridgeTopicKind = `bridge-${SharedKind}` | keyof typeof bridgeOnly
export type LegacyTopicKind = keyof typeof legacy

/** What stands behind `?`: known keys alone (§3.0.2). `encoding` is there for `gzip` only. */
export interface TopicOptions {
  readonly requestId?: string
  readonly encoding?: 'gzip'
}

/** A topic name taken apart. `requestId` is there exactly for the kinds whose topic ends in one. */
export type Topic =
  | {
      readonly kind: DeviceTopicKind
      readonly deviceId: DeviceId
      readonly requestId?: string
      readonly options: TopicOptions
    }
  | {
      readonly kind: BridgeTopicKind
      readonly bridgeId: BridgeId
      readonly deviceId: DeviceId
      readonly requestId?: string
      readonly options: TopicOptions
    }
  /** Row 17: `suffix` is 1 to 64 letters, digits, `_` and single `/` (§3.11). */
  | { readonly kind: 'user'; readonly deviceId: DeviceId; readonly suffix: string }
  /** Row 18: policies decide. */
  | { readonly kind: 'custom' }
  /** Row 19: devices subscribe; they never publish here. */
  | { readonly kind: 'broadcast'; readonly suffix: string }
  /** Row 20. */
  | { readonly kind: 'm2m'; readonly to: DeviceId; readonly from: DeviceId; readonly requestId: string }
  | { readonly kind: LegacyTopicKind; readonly deviceId: DeviceId }
  /** `unlisted`: reserved (`$…`, `/huawei/…`) and in no row, or badly formed; the others: beyond §1.3. */
  | { readonly kind: 'unknown'; readonly why: 'unlisted' | 'too-long' | 'too-deep' }

interface Row<K> extends Path {
  readonly kind: K
}

const rows = <K extends string>(paths: Record<K, Path>): Row<K>[] =>
  (Object.entries(paths) as [K, Path][]).map(([kind, path]) => ({ kind, ...path }))

const asBridge = rows(shared).map((row) => ({ ...row, kind: `bridge-${row.kind}` as const }))

const deviceRows: readonly Row<DeviceTopicKind>[] = [...rows(shared), ...rows(deviceOnly)]
const bridgeRows: readonly Row<BridgeTopicKind>[] = [...asBridge, ...rows(bridgeOnly)]
const legacyRows: readonly Row<LegacyTopicKind>[] = rows(legacy)

/** Request topics are told apart from others by a `/` that no path ends in. */
const pathKey = ({ path, request }: Path) => (request ? `${path}/` : path)
const devicePaths = new Map(deviceRows.map((row) => [pathKey(row), row]))
const bridgePaths = new Map([
  ...bridgeRows.map((row) => [pathKey(row), row] as const),
  // The C SDK leaves out `sys/` here (vector K10).
  ...asBridge
    .filter((row) => row.kind === 'bridge-gateway-property-report')
    .map((row) => [row.path.replace('sys/', ''), row] as const),
])
const legacyPaths = new Map(legacyRows.map((row) => [row.path, row]))
const byKind = new Map<string, Path>(
  [...deviceRows, ...bridgeRows, ...legacyRows].map((row) => [row.kind, row]),
)

const DEVICES = '$oc/devices/'
const BRIDGES = '$oc/bridges/'
const BROADCAST = '$oc/broadcast/'
const M2M = /^\$oc\/m2m\/to\/([^/]+)\/from\/([^/]+)\/request_id=([^/]+)$/
const LEGACY = '/huawei/v1/devices/'
const REQUEST = '/request_id='
const REQUEST_ID = /^[A-Za-z0-9_-]{1,128}$/
const USER_SUFFIX = /^(?=.{1,64}$)[A-Za-z0-9_]+(\/[A-Za-z0-9_]+)*$/
const unlisted = { kind: 'unknown', why: 'unlisted' } as const

/**
 * What a topic name means (device protocol §3.0 to §3.14, vectors K01–K12). Says nothing about whether the
 * connection may use it: that its id is the connection's own is the router's to check. `topic` must be a
 * valid topic name (`names.ts`).
 */
export function parseTopic(topic: string): Topic {
  if (!topic.startsWith('$')) return parseUnreserved(topic)
  if (Buffer.byteLength(topic) > limits.systemTopicBytesMax) return { kind: 'unknown', why: 'too-long' }
  if (topic.startsWith(DEVICES)) return parseDevice(topic)
  if (topic.startsWith(BRIDGES)) return parseBridge(topic)
  if (topic.startsWith(BROADCAST) && topic.length > BROADCAST.length) {
    return { kind: 'broadcast', suffix: topic.slice(BROADCAST.length) }
  }
  return parseM2m(topic) ?? unlisted
}

function parseDevice(topic: string): Topic {
  const { id: deviceId, rest } = takeId(topic, DEVICES.length)
  if (!deviceId) return unlisted
  if (rest.startsWith('user/')) {
    const suffix = rest.slice('user/'.length)
    return USER_SUFFIX.test(suffix) ? { kind: 'user', deviceId, suffix } : unlisted
  }
  const found = lookUp(devicePaths, rest)
  return found ? { kind: found.kind, deviceId, ...found.extras } : unlisted
}

function parseBridge(topic: string): Topic {
  const { id, rest: below } = takeId(topic, BRIDGES.length)
  const bridgeId = id && parseBridgeId(id)
  if (!bridgeId || !below.startsWith('devices/')) return unlisted
  const { id: deviceId, rest } = takeId(below, 'devices/'.length)
  if (!deviceId) return unlisted
  const found = lookUp(bridgePaths, rest)
  return found ? { kind: found.kind, bridgeId, deviceId, ...found.extras } : unlisted
}

function parseM2m(topic: string): Topic | undefined {
  const [, toText = '', fromText = '', requestId = ''] = M2M.exec(topic) ?? []
  const to = parseDeviceId(toText)
  const from = parseDeviceId(fromText)
  return to && from && REQUEST_ID.test(requestId) ? { kind: 'm2m', to, from, requestId } : undefined
}

function parseUnreserved(topic: string): Topic {
  if (topic.startsWith('/huawei/')) {
    const { id: deviceId, rest } = topic.startsWith(LEGACY) ? takeId(topic, LEGACY.length) : noId
    const row = deviceId && legacyPaths.get(rest)
    return row ? { kind: row.kind, deviceId } : unlisted
  }
  if (Buffer.byteLength(topic) > limits.customTopicBytesMax) return { kind: 'unknown', why: 'too-long' }
  const separators = topic.split('/').length - 1
  return separators > limits.customTopicSeparatorsMax
    ? { kind: 'unknown', why: 'too-deep' }
    : { kind: 'custom' }
}

const noId = { id: undefined, rest: '' } as const

/** The id from `start` to the next `/`, and what follows that. */
function takeId(text: string, start: number): { id: DeviceId | undefined; rest: string } {
  const end = text.indexOf('/', start)
  return end === -1 ? noId : { id: parseDeviceId(text.slice(start, end)), rest: text.slice(end + 1) }
}

/** Finds the row of what follows the id, options and request id taken off. */
function lookUp<K>(paths: ReadonlyMap<string, Row<K>>, rest: string) {
  const mark = rest.indexOf('?')
  const options = mark === -1 ? {} : parseOptions(rest.slice(mark + 1))
  const path = mark === -1 ? rest : rest.slice(0, mark)
  const request = path.lastIndexOf(REQUEST)
  if (request === -1) {
    const row = paths.get(path)
    // A path that needs a request id is kept under a key that ends in `/`: not to be had by writing it so.
    return row && !row.request ? { kind: row.kind, extras: { options } } : undefined
  }
  const requestId = path.slice(request + REQUEST.length)
  const row = paths.get(path.slice(0, request + 1))
  return row && REQUEST_ID.test(requestId) ? { kind: row.kind, extras: { requestId, options } } : undefined
}

/** `key=value` pairs joined by `&`; unknown keys and values are ignored, of equal keys the first counts. */
function parseOptions(query: string): TopicOptions {
  const values = new Map<string, string>()
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=')
    const key = pair.slice(0, Math.max(equals, 0))
    if (!values.has(key)) values.set(key, pair.slice(equals + 1))
  }
  const requestId = values.get('request_id')
  return {
    ...(requestId !== undefined && REQUEST_ID.test(requestId) && { requestId }),
    ...(values.get('encoding') === 'gzip' && { encoding: 'gzip' as const }),
  }
}

/** Who sends on topics of this kind; custom, user and m2m topics go both ways. */
export function topicDirection(kind: Topic['kind']): 'up' | 'down' | 'both' | 'none' {
  const path = byKind.get(kind)
  if (path) return path.direction
  if (kind === 'broadcast') return 'down'
  return kind === 'unknown' ? 'none' : 'both'
}

/** A topic that can be written out again: all but custom and unknown ones. */
export type NamedTopic =
  | { readonly kind: DeviceTopicKind; readonly deviceId: DeviceId; readonly requestId?: string }
  | {
      readonly kind: BridgeTopicKind
      readonly bridgeId: BridgeId
      readonly deviceId: DeviceId
      readonly requestId?: string
    }
  | { readonly kind: 'user'; readonly deviceId: DeviceId; readonly suffix: string }
  | { readonly kind: 'broadcast'; readonly suffix: string }
  | { readonly kind: 'm2m'; readonly to: DeviceId; readonly from: DeviceId; readonly requestId: string }
  | { readonly kind: LegacyTopicKind; readonly deviceId: DeviceId }

/**
 * The topic name of a downlink (or, for virtual devices, of an uplink) without options; nothing follows the
 * request id (device protocol §1.6). Throws RangeError when the kind needs a request id and there is none, or
 * the other way round: a mistake of ours.
 */
export function formatTopic(topic: NamedTopic): string {
  if (topic.kind === 'user') return `${DEVICES}${topic.deviceId}/user/${topic.suffix}`
  if (topic.kind === 'broadcast') return `${BROADCAST}${topic.suffix}`
  if (topic.kind === 'm2m') return `$oc/m2m/to/${topic.to}/from/${topic.from}${REQUEST}${topic.requestId}`
  return `${prefix(topic)}${topic.deviceId}/${pathOf(topic)}`
}

type TabledTopic = Extract<NamedTopic, { kind: DeviceTopicKind | BridgeTopicKind | LegacyTopicKind }>

function prefix(topic: TabledTopic): string {
  if ('bridgeId' in topic) return `${BRIDGES}${topic.bridgeId}/devices/`
  return topic.kind.startsWith('legacy-') ? LEGACY : DEVICES
}

function pathOf(topic: TabledTopic): string {
  const row = byKind.get(topic.kind)
  const requestId = 'requestId' in topic ? topic.requestId : undefined
  if (!row) throw new RangeError(`there is no topic of kind ${topic.kind}`)
  if ((requestId !== undefined) !== (row.request === true)) {
    throw new RangeError(`a topic of kind ${topic.kind} ${row.request ? 'needs a' : 'has no'} request id`)
  }
  if (requestId === undefined) return row.path
  if (!REQUEST_ID.test(requestId)) throw new RangeError('a request id is 1 to 128 letters, digits, - and _')
  return `${row.path}${REQUEST}${requestId}`
}

export type SystemTopicKind = DeviceTopicKind | keyof typeof bridgeOnly | LegacyTopicKind

/** The rows of the table, each with its topic written out; of a bridge those that are its alone. */
export function systemTopics(): readonly {
  readonly kind: SystemTopicKind
  readonly topic: string
  readonly direction: 'up' | 'down'
}[] {
  const written = <K>({ kind, path, direction, request }: Row<K>, before: string) => ({
    kind,
    topic: `${before}{device_id}/${path}${request ? `${REQUEST}{request_id}` : ''}`,
    direction,
  })
  return [
    ...deviceRows.map((row) => written(row, DEVICES)),
    ...rows(bridgeOnly).map((row) => written(row, `${BRIDGES}{bridge_id}/devices/`)),
    ...legacyRows.map((row) => written(row, LEGACY)),
  ]
}
