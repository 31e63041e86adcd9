import { operation } from '../operation.ts'
import { GroupBody, groupBody, GroupParams, requireGroup } from './group-body.ts'

export const showRegistrationGroup = operation({
  id: 'ShowRegistrationGroup',
  method: 'GET',
  url: '/quayside/v1/:project_id/registration-groups/:scope_id',
  tag: 'registration-groups',
  summary: 'Get a group of devices that register themselves, without its secret',
  status: 200,
  access: 'read',
  params: GroupParams,
  reply: GroupBody,
  run: async ({ store }, { params, caller }) =>
    groupBody(await requireGroup(store, caller.projectId, params.scope_id)),
})
