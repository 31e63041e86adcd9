import { readConfigAnswer } from '../domain/device-event/configuration.ts'
import { isFault } from '../domain/device-event/paras.ts'
import { endConfigTask } from '../store/config-tasks.ts'
import type { DeviceEventHandler } from './event-request.ts'

/** Ends the open task of the device: the answer names none (device protocol §3.8.8). */
export const takeConfigAnswer: DeviceEventHandler = async ({ store }, { device, event, uplink }) => {
  const answer = readConfigAnswer(event.paras)
  if (isFault(answer)) return answer
  const state = answer.resultCode === 0 ? 'succeeded' : 'failed'
  const wasOpen = await endConfigTask(store, device.key, { state, endedAt: uplink.receivedAt, answer })
  return wasOpen ? undefined : { code: 'config-answer-unexpected', params: {} }
}
