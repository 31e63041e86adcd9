import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { Entry, EntryKind } from './entry.ts'

/** Which entries of the log a caller follows (contracts §1, live events). */
export interface EntryQuery {
  readonly projectId: ProjectId
  /** Position as text; absent: from the log's head on. */
  readonly after?: string
  readonly deviceIds?: readonly DeviceId[]
  readonly kinds?: readonly EntryKind[]
  readonly limit: number
}

/** Which entries of one device to read, newest first. */
export interface DeviceEntryQuery {
  readonly deviceId: DeviceId
  readonly kinds?: readonly EntryKind[]
  /** Position; absent: from the log's head backwards. */
  readonly before?: number
  readonly limit: number
}

export interface DeviceEntryPage {
  /** May be fewer than asked for, or none, although there is more: where few of many entries are wanted. */
  readonly entries: readonly Entry[]
  /** `before` of the next page; absent at the end. */
  readonly before?: number
}
