import { setImmediate as nextTurn } from 'node:timers/promises'
import Type, { type Static } from 'typebox'
import { type DeviceId, parseDeviceId, parseNodeId, parseProductId, type ProjectId } from '../../base/ids.ts'
import type { JsonObject } from '../../base/json.ts'
import { isRefusal, Refusal } from '../../base/refusal.ts'
import { limits as bounds } from '../../base/limits.ts'
import type { Device } from '../../domain/device/device.ts'
import { countListed } from '../../store/child-lists.ts'
import { findCarrier } from '../../store/carriers.ts'
import { saveFacts } from '../../store/device-facts.ts'
import { findDevice, findDeviceByNode, listBelow } from '../../store/devices.ts'
import { findProduct } from '../../store/products.ts'
import type { Store } from '../../store/store.ts'
import { inTransaction } from '../../store/transaction.ts'
import { validateBody } from '../fields/validate.ts'
import type { OperationDeps } from '../operation.ts'
import { announceDevices, registerDevice, Registration } from './register-device.ts'
import { announceRemoved, removeDevice } from './remove-device.ts'

/*
 * What a gateway does with its children by itself (device protocol §3.8.3), by the same rules as the API. `app/` hands
 * it to who answers devices. That the
 * gateway is still to be told is given back, since the response goes first.
 */

/** What a gateway says of a child, beside what the API takes of a new device. */
const ChildVersions = Type.Object({
  fw_version: Type.Optional(Type.String({ maxLength: bounds.factLengthMax })),
  sw_version: Type.Optional(Type.String({ maxLength: bounds.factLengthMax })),
})

/** A gateway that speaks: it is directly connected. */
export interface Speaker {
  readonly projectId: ProjectId
  readonly deviceId: DeviceId
}

export interface OwnChildren<T> {
  /** One an entry of the request, in its order. */
  readonly results: readonly (T | Refusal)[]
  /** The gateway is still to be told. */
  readonly isChanged: boolean
}

export interface OwnChild {
  readonly device: Device
  /** False: it was registered before, and nothing was changed. */
  readonly isNew: boolean
}

/**
 * Registers children, some in one transaction; one that is refused takes no other with it. A node that the gateway has
 * already is given back as it is, so that a request which a crash cut off may come again. `entries` as they came: each is
 * held against the schema of the API.
 */
export async function addOwnChildren(
  deps: OperationDeps,
  speaker: Speaker,
  entries: readonly JsonObject[],
): Promise<OwnChildren<OwnChild>> {
  const results = await inTurns(deps, entries, (some) =>
    inTransaction(deps.store, async (store) => {
      const gateway = await requireSpeaker(store, speaker)
      const added: (OwnChild | Refusal)[] = []
      for (const entry of some) added.push(await refusedOr(() => addOne({ ...deps, store }, gateway, entry)))
      return added
    }),
  )
  const registered = results.flatMap((one) => (isRefusal(one) || !one.isNew ? [] : [{ device: one.device }]))
  await announceDevices(deps, registered)
  return { results, isChanged: registered.length > 0 }
}

async function addOne(deps: OperationDeps, gateway: Device, entry: JsonObject): Promise<OwnChild> {
  const { store, limits } = deps
  const { node_id, product_id, device_id, name, description, extension_info, parent_device_id } = entry
  const wire = {
    ...{ node_id, product_id, device_id, description, extension_info },
    device_name: name,
    gateway_id: parent_device_id ?? gateway.deviceId,
    // It lies where its gateway lies.
    app_id: gateway.spaceId,
  }
  const body = validateBody(Registration, wire, 'device') as Static<typeof Registration>
  const { fw_version: fwVersion, sw_version: swVersion } = validateBody(
    ChildVersions,
    entry,
    'device',
  ) as Static<typeof ChildVersions>
  const present = await findPresent(store, gateway, body)
  if (present) return { device: present, isNew: false }
  const parent = parseDeviceId(body.gateway_id ?? '')
  if (parent !== gateway.deviceId && !(parent && (await listBelow(store, gateway, [parent])).length > 0))
    throw new Refusal('gateway-not-found', { gatewayId: body.gateway_id ?? '' })
  if ((await countListed(store, gateway.deviceId)) >= limits.ownChildrenMax)
    throw new Refusal('own-children-quota', { limit: limits.ownChildrenMax })
  const { device } = await registerDevice(deps, gateway.projectId, body)
  const facts = {
    ...(fwVersion !== undefined && { fwVersion }),
    ...(swVersion !== undefined && { swVersion }),
  }
  if (Object.keys(facts).length > 0) await saveFacts(store, device.key, facts, device.createdAt)
  return { device, isNew: true }
}

/** The child of this gateway with that node id of that product. */
async function findPresent(
  store: Store,
  gateway: Device,
  body: Static<typeof Registration>,
): Promise<Device | undefined> {
  const productId = parseProductId(body.product_id)
  const nodeId = parseNodeId(body.node_id)
  const product = productId && (await findProduct(store, gateway.projectId, productId, gateway.spaceId))
  const device = product && nodeId && (await findDeviceByNode(store, product.key, nodeId))
  return device?.gatewayId !== undefined && (await findCarrier(store, device)) === gateway.deviceId
    ? device
    : undefined
}

/** Deletes children, some in one transaction; one that is refused takes no other with it. */
export async function deleteOwnChildren(
  deps: OperationDeps,
  speaker: Speaker,
  deviceIds: readonly string[],
): Promise<OwnChildren<Device>> {
  const removed = await inTurns(deps, deviceIds, (some) =>
    inTransaction(deps.store, async (store) => {
      const gateway = await requireSpeaker(store, speaker)
      const all = []
      for (const deviceId of some)
        all.push(
          await refusedOr(async () => {
            const id = parseDeviceId(deviceId)
            const [device] = id === undefined ? [] : await listBelow(store, gateway, [id])
            if (!device) throw new Refusal('device-not-found', { deviceId })
            return removeDevice({ ...deps, store }, device)
          }),
        )
      return all
    }),
  )
  const gone = removed.flatMap((one) => (isRefusal(one) ? [] : [one]))
  await announceRemoved(
    deps,
    gone.map(({ device }) => ({ device })),
  )
  return {
    results: removed.map((one) => (isRefusal(one) ? one : one.device)),
    isChanged: gone.length > 0,
  }
}

/** A gateway with fifty children to register must not keep the thread from everybody else meanwhile (safety R12). */
async function inTurns<T, R>(
  { limits: { childrenPerTransactionMax: max } }: Pick<OperationDeps, 'limits'>,
  entries: readonly T[],
  work: (some: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const results: R[] = []
  for (let from = 0; from < entries.length; from += max) {
    if (from > 0) await nextTurn()
    results.push(...(await work(entries.slice(from, from + max))))
  }
  return results
}

async function requireSpeaker(store: Store, { projectId, deviceId }: Speaker): Promise<Device> {
  const gateway = await findDevice(store, projectId, deviceId)
  if (!gateway) throw new Refusal('device-not-found', { deviceId })
  return gateway
}

/** A refusal as a value; a storage that cannot be written is no fault of the entry. */
async function refusedOr<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work()
  } catch (fault) {
    if (!isRefusal(fault) || fault.refusal === 'store-unavailable') throw fault
    return fault
  }
}
