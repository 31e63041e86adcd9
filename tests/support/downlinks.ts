import { createTimers } from '../../src/app/timers.ts'
import { limits } from '../../src/base/limits.ts'
import { silentLogger } from '../../src/base/logger.ts'
import type { Delivery, Downlink } from '../../src/domain/downlink/downlink.ts'
import type { DownlinkDeps } from '../../src/downlink/deps.ts'
import { createDispatch, type Dispatch } from '../../src/downlink/dispatch.ts'
import type { Downlinks } from '../../src/downlink/downlinks.ts'
import { createWaitingAnswers } from '../../src/downlink/waiting.ts'

/** Downlinks without listeners: `deliver` says what becomes of each; without it every device is offline. */
export function aDownlinks(
  deliver: (downlink: Downlink) => Delivery | Promise<Delivery> = () => 'offline',
): Downlinks {
  return {
    send: async (downlink) => deliver(downlink),
    broadcast: () => Promise.resolve(0),
    answers: createWaitingAnswers({ max: limits.waitingAnswersMax }),
  }
}

/** Messages, commands and questions over these downlinks; what is not given does nothing, or as the product does. */
export const aDispatch = (
  deps: Pick<DownlinkDeps, 'store' | 'clock' | 'ids'> & Partial<DownlinkDeps>,
): Dispatch =>
  createDispatch({
    downlinks: aDownlinks(),
    limits,
    logger: silentLogger,
    append: () => Promise.resolve(),
    later: createTimers().later,
    ...deps,
  })
