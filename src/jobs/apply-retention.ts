import type { Clock } from '../base/instant.ts'
import type { Logger } from '../base/logger.ts'
import { type PrunedStorage, type Retention, retentionAt } from '../domain/retention/retention.ts'
import { readRetention } from '../store/settings.ts'
import type { Store } from '../store/store.ts'

export interface ApplyRetentionDeps {
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  /** Deletes what is not to be kept any longer; rejects when it cannot. */
  prune(retention: Retention): Promise<PrunedStorage>
}

/** Deletes what the settings of this moment do not keep, and tells the operator what went. */
export async function applyRetention({ store, clock, logger, prune }: ApplyRetentionDeps): Promise<void> {
  const settings = await readRetention(store)
  const { history, log } = await prune(retentionAt(settings, clock.now()))
  if (history.files + log.files > 0) logger.info({ history, log }, 'what was kept long enough was deleted')
}
