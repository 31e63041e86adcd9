import { strict as assert } from 'node:assert'
import type { ProjectId, SpaceId } from '../../base/ids.ts'
import { spaceNames } from '../../store/spaces.ts'
import type { Store } from '../../store/store.ts'

/** Name of the space that holds a row of the project: it is there as long as the row is. */
export async function spaceNameOf(
  store: Store,
  { projectId, spaceId }: { readonly projectId: ProjectId; readonly spaceId: SpaceId },
): Promise<string> {
  const name = (await spaceNames(store, projectId, [spaceId])).get(spaceId)
  assert(name !== undefined, 'the space of a row exists')
  return name
}
