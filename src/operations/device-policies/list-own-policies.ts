import Type from 'typebox'
import { listPoliciesWithTargets } from '../../store/device-policies.ts'
import { spaceNames } from '../../store/spaces.ts'
import { spaceForFilter } from '../apps/find-space.ts'
import { appId, ProjectParams } from '../fields/fields.ts'
import { countField, ownListQuery, searchText } from '../fields/own-list.ts'
import { operation } from '../operation.ts'
import { OwnPolicyBody, policyBody } from './policy-body.ts'

export const listOwnPolicies = operation({
  id: 'ListOwnPolicies',
  method: 'GET',
  url: '/quayside/v1/:project_id/policies',
  tag: 'device-policies',
  summary: 'List topic policies, newest first, with what they say and how much each is bound to',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    app_id: Type.Optional(appId()),
    search: Type.Optional(searchText('Found in the name, in either case.')),
    ...ownListQuery,
  }),
  reply: Type.Object({ policies: Type.Array(OwnPolicyBody), count: countField() }),
  async run({ store, limits }, { query, caller: { projectId } }) {
    const { search: name, limit = limits.ownListLimitDefault, offset = 0 } = query
    const space = await spaceForFilter(store, projectId, query.app_id)
    const filter = { ...(space && { spaceId: space.spaceId }), ...(name !== undefined && { name }) }
    const { rows, count } = await listPoliciesWithTargets(store, projectId, filter, { limit, offset })
    const names = await spaceNames(
      store,
      projectId,
      rows.map(({ policy }) => policy.spaceId),
    )
    return {
      policies: rows.map(({ policy, targets }) => ({
        ...policyBody(policy),
        app_name: names.get(policy.spaceId) ?? '',
        targets,
      })),
      count,
    }
  },
})
