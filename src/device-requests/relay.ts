import { findDeviceAnywhere } from '../store/devices.ts'
import { noticeOf } from './delivery-notice.ts'
import type { DeviceRequestDeps, Notice, Request } from './request.ts'

/**
 * A message of one device to another, as it came (device protocol §3.13). The router has held its source against the
 * connection; both devices must lie in one resource space.
 */
export async function relay(
  { store, downlinks }: DeviceRequestDeps,
  { parsed, deviceId, projectId, topic, payload }: Request,
): Promise<Notice | undefined> {
  if (parsed.kind !== 'm2m') throw new Error(`not a message to a device: ${parsed.kind}`)
  const [from, to] = await Promise.all([
    findDeviceAnywhere(store, deviceId),
    findDeviceAnywhere(store, parsed.to),
  ])
  // One of another project is as good as none (safety S3).
  if (!from || !to || to.projectId !== projectId || to.spaceId !== from.spaceId)
    return { code: 'relay-target-unknown', params: { target: parsed.to } }
  const delivery = await downlinks.send({
    ...{ deviceId: to.deviceId, topic, payload },
    ...{ reach: 'subscribed', isRetried: false },
  })
  return noticeOf(delivery, topic)
}
