import { operation } from '../operation.ts'
import { AppBody, AppParams, appBody } from './app-body.ts'
import { requireSpace } from './find-space.ts'

export const showApplication = operation({
  id: 'ShowApplication',
  method: 'GET',
  url: '/v5/iot/:project_id/apps/:app_id',
  tag: 'apps',
  summary: 'Get a resource space',
  status: 200,
  access: 'read',
  params: AppParams,
  reply: AppBody,
  async run({ store }, { params, caller }) {
    return appBody(await requireSpace(store, caller.projectId, params.app_id))
  },
})
