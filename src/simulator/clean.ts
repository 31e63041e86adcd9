import { limits } from '../base/limits.ts'
import type { Fleet, FleetFile } from './fleet.ts'
import { ApiRefusal, type PlatformClient } from './platform-client.ts'

export interface Cleaned {
  readonly devices: number
  readonly product: boolean
  readonly ca: boolean
}

/**
 * Removes what the runs of this fleet made: devices, then the product and the CA certificate if they are the
 * simulator's own, then the folder with the keys. What is gone already is no fault. Throws with the platform's
 * sentence when it refuses, and then the file stays, so that it can be tried again.
 */
export async function cleanFleet(
  fleet: Fleet,
  { client, file, onProgress }: { client: PlatformClient; file: FleetFile; onProgress(done: number): void },
): Promise<Cleaned> {
  const base = `/v5/iot/${fleet.projectId}`
  let [next, done, removed] = [0, 0, 0]
  const worker = async (): Promise<void> => {
    for (let device = fleet.devices[next++]; device; device = fleet.devices[next++]) {
      if (await remove(client, `${base}/devices/${device.deviceId}`)) removed++
      onProgress(++done)
    }
  }
  await Promise.all(Array.from({ length: limits.simulatorCallsMax }, worker))
  const product = fleet.ownsProduct && (await remove(client, `${base}/products/${fleet.productId}`))
  const certificateId = fleet.ca?.certificateId
  const ca = certificateId !== undefined && (await remove(client, `${base}/certificates/${certificateId}`))
  file.remove()
  return { devices: removed, product, ca }
}

/** False when there was nothing to remove. */
async function remove(client: PlatformClient, path: string): Promise<boolean> {
  try {
    await client.call('DELETE', path)
    return true
  } catch (fault) {
    if (fault instanceof ApiRefusal && fault.status === 404) return false
    throw fault
  }
}
