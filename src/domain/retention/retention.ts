import type { Instant } from '../../base/instant.ts'

/** How much of what was received is kept, for the whole platform. What goes first is the oldest. */
export interface RetentionSettings {
  readonly historyDays: number
  /** Undefined: no bound. */
  readonly historyBytesMax: number | undefined
  readonly logDays: number
  /** Undefined: no bound. */
  readonly logBytesMax: number | undefined
}

/** What is to go now. Absent: without this bound. */
export interface Retention {
  readonly history: RetentionBounds
  readonly log: RetentionBounds
}

export interface RetentionBounds {
  readonly olderThan?: Instant
  readonly bytesMax?: number
}

/** What was deleted. */
export interface Pruned {
  readonly files: number
  readonly bytes: number
}

export interface PrunedStorage {
  readonly history: Pruned
  readonly log: Pruned
}

/** What history and log take on disk, and how far back they reach. */
export interface StorageUsage {
  readonly history: {
    readonly bytes: number
    /** Values in files. */
    readonly points: number
    /** Values that are in memory and not in a file yet; the log has them. */
    readonly openPoints: number
    readonly oldest: Instant | undefined
  }
  readonly log: {
    readonly bytes: number
    readonly oldest: Instant | undefined
  }
}

const DAY_MILLIS = 24 * 3_600_000

/** What these settings let go at this instant. */
export function retentionAt(settings: RetentionSettings, now: Instant): Retention {
  const bounds = (days: number, bytesMax: number | undefined): RetentionBounds => ({
    olderThan: now - days * DAY_MILLIS,
    ...(bytesMax !== undefined && { bytesMax }),
  })
  return {
    history: bounds(settings.historyDays, settings.historyBytesMax),
    log: bounds(settings.logDays, settings.logBytesMax),
  }
}
