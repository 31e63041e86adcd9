import type { Instant } from '../base/instant.ts'
import { parseReport } from '../codec/payload/report.ts'
import type { Device } from '../domain/device/device.ts'
import { compileModel } from '../domain/product-model/check-value.ts'
import { decideReport } from '../domain/report/decide-report.ts'
import { findProductByKey } from '../store/products.ts'
import type { DownlinkDeps } from './deps.ts'
import { payloadFields } from './trace.ts'

/** What a device answered to a property get. */
export interface AnsweredProperties {
  readonly topic: string
  readonly payload: Uint8Array
  readonly receivedAt: Instant
}

/**
 * Writes the answer to a property get to the log as a report of the device that was asked, decided as any other, so
 * that shadow and history follow it (device protocol §3.6, §7 no. 25). Where it cannot be written that is logged: who
 * asked has the answer all the same.
 */
export async function keepAsReport(
  {
    store,
    append,
    logger,
    lenientEventTime = false,
  }: Pick<DownlinkDeps, 'store' | 'append' | 'logger' | 'lenientEventTime'>,
  { projectId, deviceId, productKey }: Pick<Device, 'projectId' | 'deviceId' | 'productKey'>,
  requestId: string,
  { topic, payload, receivedAt }: AnsweredProperties,
): Promise<void> {
  const product = await findProductByKey(store, productKey)
  const model = product && compileModel(product.services)
  const verdict = decideReport(model, parseReport(payload), receivedAt, { lenientEventTime })
  const { payload: text = '', payloadEncoding = 'utf8' } = payloadFields(payload)
  const body = { topic, payload: text, payloadEncoding, requestId, verdict }
  try {
    await append([{ kind: 'report', at: receivedAt, projectId, deviceId, body }])
  } catch (fault) {
    logger.error({ err: fault, deviceId }, 'the answer to a property get could not be stored')
  }
}
