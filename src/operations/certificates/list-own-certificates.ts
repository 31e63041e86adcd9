import Type from 'typebox'
import { searchCaCertificates } from '../../store/ca-certificate-search.ts'
import { listCaCertificates } from '../../store/ca-certificates.ts'
import { spaceForFilter } from '../apps/find-space.ts'
import { appId, ProjectParams } from '../fields/fields.ts'
import { searchText } from '../fields/own-list.ts'
import { operation } from '../operation.ts'
import { OwnCertificateBody, ownCertificateBodies } from './own-certificate-body.ts'

export const listOwnCertificates = operation({
  id: 'ListOwnCertificates',
  method: 'GET',
  url: '/quayside/v1/:project_id/certificates',
  tag: 'certificates',
  summary: 'List all device CA certificates, newest first, decoded, with how many devices came by each',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    app_id: Type.Optional(appId()),
    search: Type.Optional(searchText('Found in subject, id or SHA-256 fingerprint.')),
  }),
  reply: Type.Object({ certificates: Type.Array(OwnCertificateBody) }),
  async run(deps, { query, caller, language }) {
    const space = await spaceForFilter(deps.store, caller.projectId, query.app_id)
    const all =
      query.search === undefined
        ? (await listCaCertificates(deps.store, caller.projectId)).toReversed()
        : await searchCaCertificates(deps.store, caller.projectId, {
            text: query.search,
            limit: deps.limits.caCertificatesMax,
          })
    const found = all.filter(({ spaceId }) => !space || spaceId === space.spaceId)
    return { certificates: await ownCertificateBodies(deps, caller, found, language) }
  },
})
