import type { DeviceId, ProjectId } from '../../base/ids.ts'
import type { EntryKind } from './entry.ts'

/** Which entries of the log a caller follows (contracts §1, live events). */
export interface EntryQuery {
  readonly projectId: ProjectId
  /** Position as text; absent: from the log's head on. */
  readonly after?: string
  readonly deviceIds?: readonly DeviceId[]
  readonly kinds?: readonly EntryKind[]
  readonly limit: number
}
