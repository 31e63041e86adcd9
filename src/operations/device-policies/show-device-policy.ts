import { operation } from '../operation.ts'
import { requirePolicy } from './find-policy.ts'
import { PolicyBody, policyBody, PolicyParams } from './policy-body.ts'

export const showDevicePolicy = operation({
  id: 'ShowDevicePolicy',
  method: 'GET',
  url: '/v5/iot/:project_id/device-policies/:policy_id',
  tag: 'device-policies',
  summary: 'Get a topic policy with its statements',
  status: 200,
  access: 'read',
  params: PolicyParams,
  reply: PolicyBody,
  async run({ store }, { params, caller }) {
    return policyBody(await requirePolicy(store, caller.projectId, params.policy_id))
  },
})
