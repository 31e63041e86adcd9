import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { AsyncCommands } from '../downlink/async-commands.ts'
import type { Messages } from '../downlink/messages.ts'
import { deleteEndedCommands, listOverdueCommands } from '../store/async-commands.ts'
import { listOverdueMessages } from '../store/messages.ts'
import type { Store } from '../store/store.ts'

export interface ExpireDownlinksDeps {
  readonly store: Store
  readonly clock: Clock
  readonly limits: Limits
  readonly dispatch: {
    readonly messages: Pick<Messages, 'expired'>
    readonly asyncCommands: Pick<AsyncCommands, 'expired'>
  }
}

/**
 * Ends messages whose time in the cache is over (TIMEOUT), commands whose device did not come (EXPIRED) or did not
 * answer (TIMEOUT), and forgets commands that ended long ago (northbound §4.6, §4.7). Takes a bounded number, the
 * longest overdue first.
 */
export async function expireDownlinks({
  store,
  clock,
  limits,
  dispatch,
}: ExpireDownlinksDeps): Promise<void> {
  const now = clock.now()
  const limit = limits.expiredDownlinksPerRunMax
  await dispatch.messages.expired(await listOverdueMessages(store, now, limit))
  await dispatch.asyncCommands.expired(await listOverdueCommands(store, now, limit))
  await deleteEndedCommands(store, now - limits.asyncCommandHistoryMillisMax, limit)
}
