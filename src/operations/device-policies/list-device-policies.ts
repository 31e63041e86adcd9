import Type from 'typebox'
import { listDevicePolicies as listStored } from '../../store/device-policies.ts'
import { spaceForFilter } from '../apps/find-space.ts'
import { appId, oneLine, ProjectParams } from '../fields/fields.ts'
import { PageBody, pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { operation } from '../operation.ts'
import { PolicySummary, policySummary } from './policy-body.ts'

export const listDevicePolicies = operation({
  id: 'ListDevicePolicies',
  method: 'GET',
  url: '/v5/iot/:project_id/device-policies',
  tag: 'device-policies',
  summary: 'List topic policies, without their statements',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    app_id: Type.Optional(appId()),
    policy_name: Type.Optional(
      Type.String({
        maxLength: 256,
        ...oneLine,
        description: 'A part of the name, in either case.',
        examples: ['name'],
      }),
    ),
    ...pageQuery,
  }),
  reply: Type.Object({ policies: Type.Array(PolicySummary), page: PageBody }),
  async run({ store }, { query, caller: { projectId } }) {
    const request = pageRequest(query)
    const space = await spaceForFilter(store, projectId, query.app_id)
    const { policy_name: name } = query
    const filter = { ...(space && { spaceId: space.spaceId }), ...(name !== undefined && { name }) }
    const page = await listStored(store, projectId, filter, request)
    return { policies: page.rows.map(policySummary), page: pageBody(page, request) }
  },
})
