import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import { renameSpace } from '../../store/spaces.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { AppBody, AppParams, appBody, appName } from './app-body.ts'
import { requireSpace } from './find-space.ts'

export const updateApplication = operation({
  id: 'UpdateApplication',
  method: 'PUT',
  url: '/v5/iot/:project_id/apps/:app_id',
  tag: 'apps',
  summary: 'Rename a resource space',
  status: 200,
  access: 'write',
  audit: 'space.update',
  params: AppParams,
  body: Type.Object({ app_name: Type.Optional(appName()) }),
  reply: AppBody,
  async run({ store }, { params, body, caller: { projectId } }) {
    const renamed = await inTransaction(store, async (tx) => {
      const space = await requireSpace(tx, projectId, params.app_id)
      const { app_name: name = space.name } = body
      if ((await renameSpace(tx, { projectId, spaceId: space.spaceId, name })) === 'taken') {
        throw new Refusal('space-name-taken', { name })
      }
      return { ...space, name }
    })
    return appBody(renamed)
  },
})
