import Type from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { listAccessKeys as listKeys } from '../../store/access-keys.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'

export const listAccessKeys = operation({
  id: 'ListAccessKeys',
  method: 'GET',
  url: '/quayside/v1/:project_id/access-keys',
  tag: 'access-keys',
  summary: 'List the access keys of the project, oldest first, without their secrets',
  status: 200,
  access: 'read',
  params: ProjectParams,
  reply: Type.Object({
    access_keys: Type.Array(
      Type.Object({
        access_key: Type.String(),
        description: Type.Optional(Type.String()),
        created_at: Type.String(),
      }),
    ),
  }),
  async run({ store }, { caller: { projectId } }) {
    const keys = await listKeys(store, { projectId })
    return {
      access_keys: keys.map(({ accessKey, description, createdAt }) => ({
        access_key: accessKey,
        ...(description !== undefined && { description }),
        created_at: formatIso(createdAt),
      })),
    }
  },
})
