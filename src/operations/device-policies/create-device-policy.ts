import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import type { DevicePolicy } from '../../domain/policy/device-policy.ts'
import { insertDevicePolicy } from '../../store/device-policies.ts'
import { inTransaction } from '../../store/transaction.ts'
import { spaceForCreation } from '../apps/find-space.ts'
import { appId, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { refuseAboveQuota } from './find-policy.ts'
import { PolicyBody, policyBody, policyName, readStatements, StatementsBody } from './policy-body.ts'

/** It decides nothing until it is bound. */
export const createDevicePolicy = operation({
  id: 'CreateDevicePolicy',
  method: 'POST',
  url: '/v5/iot/:project_id/device-policies',
  tag: 'device-policies',
  summary: 'Create a topic policy; it decides nothing until it is bound',
  status: 201,
  access: 'write',
  audit: 'policy.create',
  params: ProjectParams,
  body: Type.Object({
    policy_name: policyName(),
    app_id: Type.Optional(appId()),
    statement: StatementsBody,
  }),
  reply: PolicyBody,
  async run({ store, clock, ids, limits }, { body, caller: { projectId } }) {
    const statements = readStatements(body.statement)
    const policy = await inTransaction(store, async (tx) => {
      const { spaceId } = await spaceForCreation(tx, projectId, body.app_id)
      const now = clock.now()
      const made: DevicePolicy = {
        ...{ key: ids.rowKey(), projectId, spaceId, name: body.policy_name },
        ...{ statements, createdAt: now, updatedAt: now },
      }
      if ((await insertDevicePolicy(tx, made)) === 'exists')
        throw new Refusal('policy-exists', { name: made.name })
      await refuseAboveQuota(tx, projectId, limits)
      return made
    })
    return policyBody(policy)
  },
})
