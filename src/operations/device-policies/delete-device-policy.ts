import { deleteDevicePolicy as deleteStored } from '../../store/device-policies.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { requirePolicy } from './find-policy.ts'
import { PolicyParams } from './policy-body.ts'

export const deleteDevicePolicy = operation({
  id: 'DeleteDevicePolicy',
  method: 'DELETE',
  url: '/v5/iot/:project_id/device-policies/:policy_id',
  tag: 'device-policies',
  summary: 'Delete a topic policy and its bindings',
  status: 204,
  access: 'write',
  audit: 'policy.delete',
  params: PolicyParams,
  async run({ store, bus }, { params, caller: { projectId } }) {
    await inTransaction(store, async (tx) => {
      const { key } = await requirePolicy(tx, projectId, params.policy_id)
      await deleteStored(tx, projectId, key)
    })
    await bus.publish({ kind: 'policies-changed', projectId })
  },
})
