import Type from 'typebox'
import { listUserNames } from '../../store/users.ts'
import { operation } from '../operation.ts'
import { links, LinksBody, userId } from './iam-body.ts'

export const listIamUsers = operation({
  id: 'KeystoneListUsers',
  method: 'GET',
  url: '/v3/users',
  tag: 'iam',
  summary: 'Users who may enter the project of these credentials',
  status: 200,
  access: 'read',
  query: Type.Object({ name: Type.Optional(Type.String({ maxLength: 128 })) }),
  reply: Type.Object({
    users: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), enabled: Type.Boolean() })),
    links: LinksBody,
  }),
  async run({ store, limits }, { query, caller }) {
    const names = await listUserNames(store, caller.projectId, limits.ownPageLimitMax)
    const asked = names.filter((name) => query.name === undefined || name === query.name)
    return { users: asked.map((name) => ({ id: userId(name), name, enabled: true })), links }
  },
})
