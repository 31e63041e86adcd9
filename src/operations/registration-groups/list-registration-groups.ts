import Type from 'typebox'
import { listGroups } from '../../store/registration-groups.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { GroupBody, groupBody } from './group-body.ts'

export const listRegistrationGroups = operation({
  id: 'ListRegistrationGroups',
  method: 'GET',
  url: '/quayside/v1/:project_id/registration-groups',
  tag: 'registration-groups',
  summary: 'List all groups of devices that register themselves, newest first, without secrets',
  status: 200,
  access: 'read',
  params: ProjectParams,
  reply: Type.Object({ groups: Type.Array(GroupBody) }),
  run: async ({ store }, { caller }) => ({
    groups: (await listGroups(store, caller.projectId)).map(groupBody),
  }),
})
