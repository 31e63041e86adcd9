import { Refusal } from '../../base/refusal.ts'
import { unbindPolicy } from '../../store/device-policies.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation, replyWith } from '../operation.ts'
import { requirePolicy } from './find-policy.ts'
import { PolicyParams } from './policy-body.ts'
import { eachTarget, TargetsBody, TargetsReply } from './policy-targets.ts'

export const unbindDevicePolicy = operation({
  id: 'UnbindDevicePolicy',
  method: 'POST',
  url: '/v5/iot/:project_id/device-policies/:policy_id/unbind',
  tag: 'device-policies',
  summary: 'Unbind a topic policy from devices, products or its resource space',
  status: 200,
  access: 'write',
  audit: 'policy.unbind',
  params: PolicyParams,
  body: TargetsBody,
  reply: TargetsReply,
  async run({ store, bus }, { params, body, caller: { projectId }, language }) {
    const reply = await inTransaction(store, async (tx) => {
      const policy = await requirePolicy(tx, projectId, params.policy_id)
      return eachTarget(tx, policy, body, language, async (target, id) => {
        if (!(await unbindPolicy(tx, policy, target)))
          throw new Refusal('policy-not-bound', { name: policy.name, target: id })
      })
    })
    const { target_type, success_targets } = reply
    if (success_targets.length === 0) return replyWith(reply, { audit: 'none' })
    await bus.publish({ kind: 'policies-changed', projectId })
    return replyWith(reply, { audit: { detail: { target_type, targets: success_targets } } })
  },
})
