import type { ProjectId, RowKey, SpaceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'

export interface Project {
  readonly projectId: ProjectId
  readonly name: string
  readonly domainId: string
  readonly createdAt: Instant
}

/** A resource space: the partition of a project that owns products, devices, certificates, rules. */
export interface Space {
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly spaceId: SpaceId
  readonly name: string
  readonly isDefault: boolean
  readonly createdAt: Instant
}
