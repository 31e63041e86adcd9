import { type DeviceId, parseDeviceId } from '../base/ids.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { isRefusal, type Refusal, type RefusalName } from '../base/refusal.ts'
import type { AuditEntry } from '../domain/entry/entry.ts'
import type { DeviceEvent } from '../domain/device-event/device-event.ts'
import { findChildList, renumberChildren } from '../store/child-lists.ts'
import { readFacts } from '../store/device-facts.ts'
import { listBelow } from '../store/devices.ts'
import { inTransaction } from '../store/transaction.ts'
import { childInfo } from './child-info.ts'
import type { DeviceRequestDeps, EventHandler, Notice, Request } from './request.ts'
import { sendEvent } from './send-event.ts'

/*
 * What gateways ask for their children (device protocol §3.8.3). Each request has one response, with the event id of the
 * request and with both lists, even when they are empty: the Python SDK walks through both. What changes the list is
 * told by a notice, too, and always behind the response. A gateway speaks for its own children alone (safety S5); any
 * other device is unknown to it, whether it exists or not.
 */

const SERVICE = '$sub_device_manager'
type Failed = JsonObject & { readonly error_code: string; readonly error_msg: string }

/** Device protocol §3.8.3: what is closest to them among the codes of the application side. */
const errorCodes: { readonly [N in RefusalName]?: string } = {
  'device-not-found': 'IOTDA.014000',
  'gateway-not-found': 'IOTDA.014000',
  'device-exists': 'IOTDA.014031',
  'node-exists': 'IOTDA.014031',
}
const BAD_INPUT = 'IOTDA.000006'

export const addSubDevices = answeredFirst(async (deps, request, event) => {
  const devices = listOf(event, 'devices')
  const { childRequestDevicesMax: max } = deps.limits
  if (!devices || devices.length > max) {
    const failed = (devices ?? []).slice(0, ECHOED_MAX).map((device) => ({
      ...nodeOf(device),
      ...tooMany(devices?.length ?? 0, max),
    }))
    await respond(deps, request, event, { successful_devices: [], failed_devices: failed })
    return devices ? tooManyNotice('paras.devices', max) : notAList('paras.devices')
  }
  const { results, isChanged } = await deps.children.add(
    request,
    devices.map((device) => (isObject(device) ? device : {})),
  )
  const registered = results.flatMap((one) => (isRefusal(one) ? [] : [one.device]))
  const statuses = await deps.readStatuses(registered.map(({ deviceId }) => deviceId))
  const facts = await readFacts(
    deps.store,
    registered.map(({ key }) => key),
  )
  await audit(
    deps,
    request,
    'device.create',
    results.flatMap((one) => (isRefusal(one) || !one.isNew ? [] : [one.device.deviceId])),
  )
  await respond(deps, request, event, {
    successful_devices: registered.map((device) =>
      childInfo(device, statuses.get(device.deviceId), facts.get(device.key)),
    ),
    failed_devices: results.flatMap((one, index) =>
      isRefusal(one) ? [{ ...nodeOf(devices[index]), ...failure(one) }] : [],
    ),
  })
  if (isChanged) deps.children.notices.changed(request.deviceId)
  return undefined
})

export const deleteSubDevices = answeredFirst(async (deps, request, event) => {
  const devices = listOf(event, 'devices')
  const { childRequestDevicesMax: max } = deps.limits
  if (!devices || devices.length > max) {
    const failed = (devices ?? []).slice(0, ECHOED_MAX).map((device) => ({
      device_id: shortText(device),
      ...tooMany(devices?.length ?? 0, max),
    }))
    await respond(deps, request, event, { successful_devices: [], failed_devices: failed })
    return devices ? tooManyNotice('paras.devices', max) : notAList('paras.devices')
  }
  const { results, isChanged } = await deps.children.delete(request, devices.map(shortText))
  const deleted = results.flatMap((one) => (isRefusal(one) ? [] : [one.deviceId]))
  await audit(deps, request, 'device.delete', deleted)
  await respond(deps, request, event, {
    successful_devices: deleted,
    failed_devices: results.flatMap((one, index) =>
      isRefusal(one) ? [{ device_id: shortText(devices[index]), ...failure(one) }] : [],
    ),
  })
  if (isChanged) deps.children.notices.changed(request.deviceId)
  return undefined
})

export const updateStatuses: EventHandler = async (deps, request, event) => {
  const entries = listOf(event, 'device_statuses')
  if (!entries) {
    await respond(deps, request, event, { successful_devices: [], failed_devices: [] })
    return notAList('paras.device_statuses')
  }
  const { childStatusesMax: max } = deps.limits
  const taken = entries.slice(0, max).map(readStatus)
  const known = new Set(
    (await listBelow(deps.store, request, [...new Set(taken.flatMap(({ id }) => id ?? []))])).map(
      ({ deviceId }) => deviceId,
    ),
  )
  const statuses = taken.flatMap(({ id, status }) =>
    id && status && known.has(id) ? [{ deviceId: id, status }] : [],
  )
  const { deviceId: gatewayId, projectId, receivedAt: at } = request
  const cameOnline =
    statuses.length > 0 ? await deps.children.say({ gatewayId, projectId, at, statuses }) : []
  const beyond = entries.slice(max, max + ECHOED_MAX).map(readStatus)
  await respond(deps, request, event, {
    successful_devices: statuses.map(({ deviceId, status }) => ({ device_id: deviceId, status })),
    failed_devices: [
      ...taken.flatMap(({ id, status, sent }) => {
        if (!id || !known.has(id)) return [{ device_id: sent, ...NOT_FOUND }]
        return status ? [] : [{ device_id: sent, ...NO_STATUS }]
      }),
      ...beyond.map(({ sent }) => ({
        device_id: sent,
        error_code: BAD_INPUT,
        error_msg: `Only the first ${max} statuses of an update are taken.`,
      })),
    ],
  })
  // What is desired of it is due now, as for a device that connects (device protocol §4.4).
  for (const child of cameOnline) await deps.desired.connected(child)
  return entries.length > max ? tooManyNotice('paras.device_statuses', max) : undefined
}

/** What a gateway lacks behind the version it has comes as notices; nothing, when it lacks nothing. */
export const syncSubDevices: EventHandler = async (deps, { deviceId }, { paras }) => {
  const { version: sent = null } = paras
  const isVersion = typeof sent === 'number' && Number.isInteger(sent)
  const { childListVersionMax: max } = deps.limits
  const isUsable = sent === null || (isVersion && sent <= max)
  // Absent, or before any version there is: it has nothing.
  const has = isVersion && isUsable ? Math.max(sent, 0) : 0
  const { version, forgotten } = await findChildList(deps.store, deviceId)
  // It has what is none of ours, as after a restore, or deletions that are forgotten may be missing: the whole list,
  // under versions above its own, so that it takes them.
  if (has > version || (has > 0 && has < forgotten)) {
    if (!deps.children.notices.mayRenumber(deviceId)) return versionAhead
    const above = Math.max(has, version)
    await inTransaction(deps.store, (tx) => renumberChildren(tx, deviceId, above))
    deps.children.notices.replay(deviceId, above)
  } else if (has < version) deps.children.notices.replay(deviceId, has)
  if (isUsable) return undefined
  const rule = `must be a whole number of at most ${max}; the whole list was sent`
  return { code: 'payload-invalid', params: { field: 'paras.version', rule } }
}

const versionAhead: Notice = {
  code: 'payload-invalid',
  params: {
    field: 'paras.version',
    rule: 'must be a version that the gateway was told: the whole list was sent less than a minute ago, with new versions',
  },
}

/** Found devices stay an event of the gateway (device protocol §3.8.4); nothing is registered by it. */
export const takeScanResult: EventHandler = async (_deps, _request, event) =>
  listOf(event, 'devices') ? undefined : notAList('paras.devices')

/** Entries of a refused request that come back in its response: a megabyte of them would be as much again. */
const ECHOED_MAX = 200
const SHOWN_LENGTH_MAX = 128

const NOT_FOUND = { error_code: 'IOTDA.014000', error_msg: 'The device does not exist.' }
const NO_STATUS = { error_code: BAD_INPUT, error_msg: 'status must be ONLINE or OFFLINE.' }

const tooMany = (count: number, max: number): Failed => ({
  error_code: BAD_INPUT,
  error_msg: `The request holds ${count} devices; at most ${max} are taken. Nothing was done.`,
})

const tooManyNotice = (field: string, max: number): Notice => ({
  code: 'payload-invalid',
  params: { field, rule: `must have at most ${max} entries` },
})

const notAList = (field: string): Notice => ({
  code: 'payload-invalid',
  params: { field, rule: 'must be a list' },
})

const failure = (refusal: Refusal): Failed => ({
  error_code: errorCodes[refusal.refusal] ?? BAD_INPUT,
  error_msg: refusal.message,
})

async function respond(
  deps: DeviceRequestDeps,
  { deviceId, projectId }: Request,
  { eventType, eventId }: DeviceEvent,
  paras: JsonObject,
): Promise<void> {
  await sendEvent(
    deps,
    { deviceId, projectId },
    {
      serviceId: SERVICE,
      eventType: `${eventType.replace(/_request$/, '')}_response`,
      ...(eventId !== undefined && { eventId }),
      paras,
    },
  )
}

/** The notice of what a request changed follows its response, also when a notice of something else is under way. */
function answeredFirst(handler: EventHandler): EventHandler {
  return async (deps, request, event) => {
    const release = deps.children.notices.hold(request.deviceId)
    try {
      return await handler(deps, request, event)
    } finally {
      release()
    }
  }
}

/** Who registered a device, or deleted it, must be found (safety S14). */
async function audit(
  { clock, append }: DeviceRequestDeps,
  { deviceId, projectId, connection }: Request,
  action: string,
  devices: readonly DeviceId[],
): Promise<void> {
  if (devices.length === 0) return
  const body: AuditEntry = {
    action,
    actor: deviceId,
    address: connection,
    target: deviceId,
    outcome: 'done',
    detail: { devices },
  }
  await append([{ kind: 'audit', at: clock.now(), projectId, deviceId, body }])
}

function listOf({ paras }: DeviceEvent, name: string): readonly JsonValue[] | undefined {
  const value = paras[name]
  return Array.isArray(value) ? (value as readonly JsonValue[]) : undefined
}

interface SaidStatus {
  readonly sent: string
  readonly id: DeviceId | undefined
  readonly status: 'ONLINE' | 'OFFLINE' | undefined
}

function readStatus(entry: JsonValue): SaidStatus {
  const { device_id: id, status } = isObject(entry) ? entry : {}
  const sent = shortText(id)
  return {
    sent,
    id: parseDeviceId(sent),
    status: status === 'ONLINE' || status === 'OFFLINE' ? status : undefined,
  }
}

function nodeOf(device: JsonValue | undefined): { readonly node_id: string; readonly product_id: string } {
  const { node_id, product_id } = isObject(device) ? device : {}
  return { node_id: shortText(node_id), product_id: shortText(product_id) }
}

const shortText = (value: JsonValue | undefined): string =>
  typeof value === 'string' ? value.slice(0, SHOWN_LENGTH_MAX).toWellFormed() : ''

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
