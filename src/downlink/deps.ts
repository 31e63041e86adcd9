import type { Ids } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import type { Downlinks } from './downlinks.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import type { Store } from '../store/store.ts'

/** What lies beyond this folder, handed in by `app/`. */
export interface DownlinkDeps {
  readonly store: Store
  readonly clock: Clock
  readonly ids: Ids
  readonly limits: Limits
  readonly logger: Logger
  readonly downlinks: Downlinks
  /** See `EventTimeOptions`; of answers to property gets. */
  readonly lenientEventTime?: boolean
  /** Resolves when they are durable in the log. */
  append(entries: readonly NewEntry[]): Promise<unknown>
  /** Runs `work` once, after so many milliseconds; answers how to call it off. */
  later(millis: number, work: () => void): () => void
}
