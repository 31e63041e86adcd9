import type { Logger } from '../base/logger.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { dropOutbox, takeOutbox } from '../store/outbox.ts'
import type { Store } from '../store/store.ts'

const batchEntries = 500

/**
 * Moves the registry's outbox into the log, in order and at least once: an entry leaves the outbox when it is
 * durable in the log. Calls while one runs wait for it and then look again, so that what a caller wrote before
 * its call is in the log when it resolves. A log that cannot be written is not the caller's fault: the change
 * itself is committed; the entries stay and the next call, or the next start, moves them.
 */
export function createOutboxDrain(
  store: Store,
  append: (entries: readonly NewEntry[]) => Promise<unknown>,
  logger: Logger,
): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()

  async function drain(): Promise<void> {
    for (;;) {
      const rows = await takeOutbox(store, batchEntries)
      if (rows.length === 0) return
      await append(rows.map(({ entry }) => entry))
      await dropOutbox(
        store,
        rows.map(({ id }) => id),
      )
    }
  }

  return () => {
    running = running.then(drain).catch((fault: unknown) => {
      logger.error({ fault }, 'changes of the registry could not be moved to the log; they will be later')
    })
    return running
  }
}
