import { Refusal } from '../../base/refusal.ts'
import { bindPolicy, countOtherPolicies } from '../../store/device-policies.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation, replyWith } from '../operation.ts'
import { requirePolicy } from './find-policy.ts'
import { PolicyParams } from './policy-body.ts'
import { eachTarget, TargetsBody, TargetsReply } from './policy-targets.ts'

/** What is bound already stays so, and is a success. */
export const bindDevicePolicy = operation({
  id: 'BindDevicePolicy',
  method: 'POST',
  url: '/v5/iot/:project_id/device-policies/:policy_id/bind',
  tag: 'device-policies',
  summary: 'Bind a topic policy to devices, products or its resource space',
  status: 200,
  access: 'write',
  audit: 'policy.bind',
  params: PolicyParams,
  body: TargetsBody,
  reply: TargetsReply,
  async run({ store, ids, limits, bus }, { params, body, caller: { projectId }, language }) {
    const { policiesPerTargetMax: limit } = limits
    const reply = await inTransaction(store, async (tx) => {
      const policy = await requirePolicy(tx, projectId, params.policy_id)
      return eachTarget(tx, policy, body, language, async (target, id) => {
        const others = await countOtherPolicies(tx, policy, target)
        if (others >= limit) throw new Refusal('policy-target-quota', { target: id, limit })
        await bindPolicy(tx, policy, target, ids.rowKey())
      })
    })
    const { target_type, success_targets } = reply
    if (success_targets.length === 0) return replyWith(reply, { audit: 'none' })
    await bus.publish({ kind: 'policies-changed', projectId })
    return replyWith(reply, { audit: { detail: { target_type, targets: success_targets } } })
  },
})
