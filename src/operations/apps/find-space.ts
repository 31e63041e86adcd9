import { strict as assert } from 'node:assert'
import { parseSpaceId, type ProjectId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Space } from '../../domain/space/space.ts'
import { findDefaultSpace, findSpace } from '../../store/spaces.ts'
import type { Store } from '../../store/store.ts'

/** The space of that id in the caller's project; refuses an unknown one. */
export async function requireSpace(store: Store, projectId: ProjectId, appId: string): Promise<Space> {
  const spaceId = parseSpaceId(appId)
  const space = spaceId && (await findSpace(store, projectId, spaceId))
  if (!space) throw new Refusal('space-not-found', { spaceId: appId })
  return space
}

/** What is created without an `app_id` goes to the default space (northbound §3.4). */
export async function spaceForCreation(
  store: Store,
  projectId: ProjectId,
  appId: string | undefined,
): Promise<Space> {
  if (appId !== undefined) return requireSpace(store, projectId, appId)
  const space = await findDefaultSpace(store, projectId)
  assert(space, 'every project has a default space from the start')
  return space
}

/** The space a list or a lookup is narrowed to; undefined: all of the project. */
export async function spaceForFilter(
  store: Store,
  projectId: ProjectId,
  appId: string | undefined,
): Promise<Space | undefined> {
  return appId === undefined ? undefined : requireSpace(store, projectId, appId)
}
