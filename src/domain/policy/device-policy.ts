import type { ProjectId, RowKey, SpaceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { Statement } from './policy.ts'

/** A policy as people configure it; it decides nothing until it is bound to something. */
export interface DevicePolicy {
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly spaceId: SpaceId
  /** Unique in its space. */
  readonly name: string
  readonly statements: readonly Statement[]
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** Device protocol §3.11: each resource space starts with it, bound to the space; it may be changed, unbound and deleted. */
export const SYSTEM_DEFAULT_POLICY = 'system_default_policy'

/** Allows every topic that policies decide about. */
export const allowEverything: readonly Statement[] = [
  { effect: 'ALLOW', actions: ['publish', 'subscribe'], resources: ['topic:*'] },
]
