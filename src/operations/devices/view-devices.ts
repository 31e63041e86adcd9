import { strict as assert } from 'node:assert'
import type { ProjectId } from '../../base/ids.ts'
import type { Device } from '../../domain/device/device.ts'
import { readFacts } from '../../store/device-facts.ts'
import { productNames } from '../../store/products.ts'
import { spaceNames } from '../../store/spaces.ts'
import type { OperationDeps } from '../operation.ts'
import type { DeviceView } from './device-body.ts'

/** Adds the names and the connection status that replies show; four look-ups for a whole page. */
export async function viewDevices(
  { store, readStatuses }: Pick<OperationDeps, 'store' | 'readStatuses'>,
  projectId: ProjectId,
  devices: readonly Device[],
): Promise<readonly DeviceView[]> {
  const spaces = await spaceNames(
    store,
    projectId,
    devices.map(({ spaceId }) => spaceId),
  )
  const products = await productNames(
    store,
    projectId,
    devices.map(({ productKey }) => productKey),
  )
  const facts = await readFacts(
    store,
    devices.map(({ key }) => key),
  )
  const statuses = await readStatuses(devices.map(({ deviceId }) => deviceId))
  return devices.map((device) => ({
    device,
    spaceName: spaces.get(device.spaceId) ?? '',
    productName: products.get(device.productKey) ?? '',
    facts: facts.get(device.key) ?? {},
    connection: statuses.get(device.deviceId),
  }))
}

export async function viewDevice(
  deps: Pick<OperationDeps, 'store' | 'readStatuses'>,
  device: Device,
): Promise<DeviceView> {
  const [view] = await viewDevices(deps, device.projectId, [device])
  assert(view)
  return view
}
