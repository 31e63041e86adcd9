import { type DeviceLog, readDeviceLog } from '../domain/device-event/device-log.ts'
import { isFault } from '../domain/device-event/paras.ts'
import type { DeviceEventHandler } from './event-request.ts'

/**
 * A log report is kept where every event is, in the log, and read from there (`operations/device-logs`). Here the
 * device is told what cannot be read of it.
 */
const checkOf =
  (category: DeviceLog['category']): DeviceEventHandler =>
  async (_deps, { event }) => {
    const log = readDeviceLog(category, event.paras)
    return isFault(log) ? log : undefined
  }

export const checkLog = checkOf('log')
export const checkSecurityLog = checkOf('security')
