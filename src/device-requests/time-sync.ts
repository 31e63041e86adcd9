import { isFault } from '../domain/device-event/paras.ts'
import { answerTimeSync } from '../domain/device-event/time-sync.ts'
import { answerEvent, type DeviceEventHandler } from './event-request.ts'

/** Device protocol §3.8.2 */
export const answerTime: DeviceEventHandler = async (deps, request) => {
  const times = { receivedAt: request.uplink.receivedAt, sentAt: deps.clock.now() }
  const answer = answerTimeSync(request.event.paras, times)
  if (isFault(answer)) return answer
  await answerEvent(deps, request, 'time_sync_response', answer.paras)
  return undefined
}
