import { strict as assert } from 'node:assert'
import Type from 'typebox'
import { parseSpaceId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Space } from '../../domain/space/space.ts'
import { giveDefaultPolicy } from '../../store/device-policies.ts'
import { countSpaces, insertSpace } from '../../store/spaces.ts'
import { inTransaction } from '../../store/transaction.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { AppBody, appBody, appName } from './app-body.ts'

export const addApplication = operation({
  id: 'AddApplication',
  method: 'POST',
  url: '/v5/iot/:project_id/apps',
  tag: 'apps',
  summary: 'Create a resource space',
  status: 201,
  access: 'write',
  audit: 'space.create',
  params: ProjectParams,
  body: Type.Object({ app_name: appName() }),
  reply: AppBody,
  async run({ store, clock, ids, limits }, { body, caller: { projectId } }) {
    const spaceId = parseSpaceId(ids.hex32())
    assert(spaceId)
    const space: Space = {
      key: ids.rowKey(),
      projectId,
      spaceId,
      name: body.app_name,
      isDefault: false,
      createdAt: clock.now(),
    }
    await inTransaction(store, async (tx) => {
      if ((await countSpaces(tx, projectId)) >= limits.spacesMax) {
        throw new Refusal('space-quota', { limit: limits.spacesMax })
      }
      if ((await insertSpace(tx, space)) === 'exists') {
        throw new Refusal('space-name-taken', { name: space.name })
      }
      await giveDefaultPolicy(tx, space, ids.rowKey)
    })
    return appBody(space)
  },
})
