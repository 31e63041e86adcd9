import { Refusal } from '../../base/refusal.ts'
import { countSpaceContents, deleteSpace } from '../../store/spaces.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { AppParams } from './app-body.ts'
import { requireSpace } from './find-space.ts'

export const deleteApplication = operation({
  id: 'DeleteApplication',
  method: 'DELETE',
  url: '/v5/iot/:project_id/apps/:app_id',
  tag: 'apps',
  summary: 'Delete a resource space that holds nothing',
  status: 204,
  access: 'write',
  audit: 'space.delete',
  params: AppParams,
  async run({ store }, { params, caller: { projectId } }) {
    await inTransaction(store, async (tx) => {
      const { spaceId, isDefault } = await requireSpace(tx, projectId, params.app_id)
      if (isDefault) throw new Refusal('space-is-default')
      const contents = await countSpaceContents(tx, projectId, spaceId)
      if (Object.values(contents).some((count) => count > 0)) {
        throw new Refusal('space-in-use', { ...contents })
      }
      await deleteSpace(tx, projectId, spaceId)
    })
  },
})
