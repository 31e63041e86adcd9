import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import type { EventFault } from './device-event.ts'
import { fail, optionalWhole, readParas } from './paras.ts'

/**
 * The answer to `time_sync_request` (device protocol §3.8.2). The device's time comes as a number, or as decimal text
 * from the Python SDK; it goes back as a plain integer, since the C SDK cuts the digits out of the text.
 */
export function answerTimeSync(
  paras: JsonObject,
  { receivedAt, sentAt }: { receivedAt: Instant; sentAt: Instant },
): { readonly paras: JsonObject } | EventFault {
  return readParas(() => ({
    paras: {
      device_send_time: deviceSendTime(paras),
      server_recv_time: receivedAt,
      server_send_time: Math.max(receivedAt, sentAt),
    },
  }))
}

function deviceSendTime(paras: JsonObject): number {
  const value = paras['device_send_time']
  // A clock that counts in fractions: below a millisecond nothing is lost.
  const whole = typeof value === 'number' && Number.isFinite(value) ? Math.floor(value) : value
  const time = optionalWhole({ device_send_time: whole ?? null }, 'device_send_time')
  return time ?? fail('device_send_time', 'is required')
}
