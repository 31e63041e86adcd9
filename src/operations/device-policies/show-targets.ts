import Type from 'typebox'
import { listPolicyTargets } from '../../store/device-policies.ts'
import { PageBody, pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { operation } from '../operation.ts'
import { requirePolicy } from './find-policy.ts'
import { PolicyParams } from './policy-body.ts'
import { TargetType } from './policy-targets.ts'

/** A question, though it is a POST: its filter and page stand in the body. */
export const showTargetsInDevicePolicy = operation({
  id: 'ShowTargetsInDevicePolicy',
  method: 'POST',
  url: '/v5/iot/:project_id/device-policies/:policy_id/list-targets',
  tag: 'device-policies',
  summary: 'List what a topic policy is bound to',
  status: 200,
  access: 'read',
  params: PolicyParams,
  body: Type.Object({ target_type: Type.Optional(TargetType), ...pageQuery }),
  reply: Type.Object({
    targets: Type.Array(Type.Object({ target_type: TargetType, target_id: Type.String() })),
    page: PageBody,
  }),
  async run({ store }, { params, body, caller: { projectId } }) {
    const request = pageRequest(body)
    const policy = await requirePolicy(store, projectId, params.policy_id)
    const page = await listPolicyTargets(store, policy, body.target_type, request)
    return {
      targets: page.rows.map(({ type, id }) => ({ target_type: type, target_id: id })),
      page: pageBody(page, request),
    }
  },
})
