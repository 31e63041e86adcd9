import { limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import type { Bus, Notice } from './bus.ts'

export interface InProcessBusOptions {
  readonly logger: Logger
  /** How long a notice waits for its subscribers, in milliseconds. */
  readonly noticeMillisMax?: number
}

type Handle = (notice: Notice) => Promise<void> | void

/**
 * Notices within one process. Subscribers are called in the order they came. One that throws or rejects is logged
 * and spoils it for nobody else; one that is slow is logged and left behind, though it still runs to its end.
 * `publish` itself never rejects.
 */
export function createInProcessBus({
  logger,
  noticeMillisMax = limits.noticeMillisMax,
}: InProcessBusOptions): Bus {
  const subscribers = new Set<{ readonly handle: Handle }>()

  const tell = async ({ handle }: { readonly handle: Handle }, notice: Notice): Promise<void> => {
    try {
      await handle(notice)
    } catch (fault) {
      logger.error({ fault, notice }, 'a subscriber failed to handle a notice')
    }
  }

  return {
    async publish(notice) {
      const all = Promise.all([...subscribers].map((subscriber) => tell(subscriber, notice)))
      if ((await within(all, noticeMillisMax)) === 'late')
        logger.warn({ notice, millis: noticeMillisMax }, 'a subscriber was too slow to wait for')
    },
    subscribe(handle) {
      // An object of its own for each call: a function that subscribes twice is called twice, and ends twice.
      const subscriber = { handle }
      subscribers.add(subscriber)
      return () => void subscribers.delete(subscriber)
    },
  }
}

async function within(work: Promise<unknown>, millis: number): Promise<'done' | 'late'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(resolve, millis, 'late')
  })
  try {
    return await Promise.race([work.then(() => 'done' as const), late])
  } finally {
    clearTimeout(timer)
  }
}
