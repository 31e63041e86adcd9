import {
  type DeviceFacts,
  mergeFacts,
  readSdkInfo,
  readVersions,
} from '../domain/device-event/device-facts.ts'
import { isFault } from '../domain/device-event/paras.ts'
import { readFacts, saveFacts } from '../store/device-facts.ts'
import { inTransaction } from '../store/transaction.ts'
import type { DeviceEventHandler, EventRequest } from './event-request.ts'
import type { DeviceRequestDeps } from './request.ts'

/** Device protocol §3.8.10 */
export const takeSdkInfo: DeviceEventHandler = async (deps, request) => {
  const told = readSdkInfo(request.event.paras)
  if (isFault(told)) return told
  return takeFacts(deps, request, told)
}

/** Device protocol §3.8.5: as an answer to a version query, or unasked. */
export const takeVersions: DeviceEventHandler = async (deps, request) => {
  const told = readVersions(request.event.paras)
  if (isFault(told)) return told
  return takeFacts(deps, request, told)
}

/** Java devices tell the same at each connect: only what is new is written, since threads forget devices at a write. */
async function takeFacts(
  { store }: DeviceRequestDeps,
  { device, uplink }: EventRequest,
  told: DeviceFacts,
): Promise<undefined> {
  await inTransaction(store, async (tx) => {
    const known = (await readFacts(tx, [device.key])).get(device.key)
    const { facts, changed } = mergeFacts(known, told)
    if (changed) await saveFacts(tx, device.key, facts, uplink.receivedAt)
  })
}
