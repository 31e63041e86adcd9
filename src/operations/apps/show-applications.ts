import Type from 'typebox'
import { listSpaces } from '../../store/spaces.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { AppBody, appBody } from './app-body.ts'

export const showApplications = operation({
  id: 'ShowApplications',
  method: 'GET',
  url: '/v5/iot/:project_id/apps',
  tag: 'apps',
  summary: 'List resource spaces (no paging)',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    default_app: Type.Optional(
      Type.Boolean({ description: 'true: only the default space; false: only others; absent: all.' }),
    ),
  }),
  reply: Type.Object({ applications: Type.Array(AppBody) }),
  async run({ store }, { query, caller }) {
    const { default_app: isDefault } = query
    const spaces = await listSpaces(store, caller.projectId, isDefault === undefined ? {} : { isDefault })
    return { applications: spaces.map(appBody) }
  },
})
