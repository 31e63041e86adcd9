import { parseDeviceId, type ProjectId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Device } from '../../domain/device/device.ts'
import { findDevice } from '../../store/devices.ts'
import type { Store } from '../../store/store.ts'

/** The device of that id in the caller's project; one of another project is not found (safety, threat 7). */
export async function requireDevice(store: Store, projectId: ProjectId, deviceId: string): Promise<Device> {
  const id = parseDeviceId(deviceId)
  const device = id && (await findDevice(store, projectId, id))
  if (!device) throw new Refusal('device-not-found', { deviceId })
  return device
}
