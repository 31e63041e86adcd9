import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import type { DevicePolicy } from '../../domain/policy/device-policy.ts'
import { saveDevicePolicy } from '../../store/device-policies.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { refuseAboveQuota, requirePolicy } from './find-policy.ts'
import {
  PolicyBody,
  policyBody,
  policyName,
  PolicyParams,
  readStatements,
  StatementsBody,
} from './policy-body.ts'

/** Connections that stand are held to it when this has answered. */
export const updateDevicePolicy = operation({
  id: 'UpdateDevicePolicy',
  method: 'PUT',
  url: '/v5/iot/:project_id/device-policies/:policy_id',
  tag: 'device-policies',
  summary: 'Change name or statements of a topic policy; its devices are held to it at once',
  status: 200,
  access: 'write',
  audit: 'policy.update',
  params: PolicyParams,
  body: Type.Object({
    policy_name: Type.Optional(policyName()),
    statement: Type.Optional(StatementsBody),
  }),
  reply: PolicyBody,
  async run({ store, clock, limits, bus }, { params, body, caller: { projectId } }) {
    const statements = body.statement && readStatements(body.statement)
    const changed = await inTransaction(store, async (tx) => {
      const policy = await requirePolicy(tx, projectId, params.policy_id)
      const next: DevicePolicy = {
        ...policy,
        name: body.policy_name ?? policy.name,
        statements: statements ?? policy.statements,
        updatedAt: clock.now(),
      }
      if ((await saveDevicePolicy(tx, next)) === 'exists')
        throw new Refusal('policy-exists', { name: next.name })
      await refuseAboveQuota(tx, projectId, limits)
      return next
    })
    await bus.publish({ kind: 'policies-changed', projectId })
    return policyBody(changed)
  },
})
