import Type from 'typebox'
import { listCaCertificatePage } from '../../store/ca-certificates.ts'
import { spaceForFilter } from '../apps/find-space.ts'
import { appId, ProjectParams } from '../fields/fields.ts'
import { PageBody, pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { operation } from '../operation.ts'
import { CertificateBody, certificateBody } from './certificate-body.ts'

export const listCertificates = operation({
  id: 'ListCertificates',
  method: 'GET',
  url: '/v5/iot/:project_id/certificates',
  tag: 'certificates',
  summary: 'List device CA certificates (without their content)',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({ app_id: Type.Optional(appId()), ...pageQuery }),
  reply: Type.Object({ certificates: Type.Array(CertificateBody), page: PageBody }),
  async run({ store }, { query, caller: { projectId } }) {
    const request = pageRequest(query)
    const space = await spaceForFilter(store, projectId, query.app_id)
    const filter = space ? { spaceId: space.spaceId } : {}
    const page = await listCaCertificatePage(store, projectId, filter, request)
    return { certificates: page.rows.map(certificateBody), page: pageBody(page, request) }
  },
})
