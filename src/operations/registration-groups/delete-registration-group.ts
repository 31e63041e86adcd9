import { deleteGroup } from '../../store/registration-groups.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { GroupParams, requireGroup } from './group-body.ts'

export const deleteRegistrationGroup = operation({
  id: 'DeleteRegistrationGroup',
  method: 'DELETE',
  url: '/quayside/v1/:project_id/registration-groups/:scope_id',
  tag: 'registration-groups',
  summary: 'Delete a group; devices that registered by it stay as they are',
  status: 204,
  access: 'write',
  audit: 'registration-group.delete',
  params: GroupParams,
  run: ({ store }, { params, caller: { projectId } }) =>
    inTransaction(store, async (tx) => {
      await deleteGroup(tx, await requireGroup(tx, projectId, params.scope_id))
    }),
})
