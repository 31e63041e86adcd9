import { limits } from '../../src/base/limits.ts'
import type { Delivery, Downlink } from '../../src/domain/downlink/downlink.ts'
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
