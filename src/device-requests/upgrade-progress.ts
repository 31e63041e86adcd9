import { isFault } from '../domain/device-event/paras.ts'
import { readUpgradeProgress } from '../domain/device-event/upgrade-progress.ts'
import type { DeviceEventHandler } from './event-request.ts'

/** Stands in the log already; what no upgrade task could use is told (device protocol §3.8.5). */
export const checkUpgradeProgress: DeviceEventHandler = async (_deps, { event }) => {
  const progress = readUpgradeProgress(event.paras)
  return isFault(progress) ? progress : undefined
}
