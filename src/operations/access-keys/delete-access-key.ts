import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import { deleteAccessKey as deleteKey } from '../../store/access-keys.ts'
import { operation } from '../operation.ts'

export const deleteAccessKey = operation({
  id: 'DeleteAccessKey',
  method: 'DELETE',
  url: '/quayside/v1/:project_id/access-keys/:access_key',
  tag: 'access-keys',
  summary: 'Revoke an access key: it signs nothing from then on',
  status: 204,
  access: 'write',
  audit: 'access-key.revoke',
  params: Type.Object({ project_id: Type.String(), access_key: Type.String({ maxLength: 128 }) }),
  async run({ store }, { params: { access_key: accessKey }, caller: { projectId } }) {
    if (!(await deleteKey(store, accessKey, projectId)))
      throw new Refusal('access-key-not-found', { accessKey })
  },
})
