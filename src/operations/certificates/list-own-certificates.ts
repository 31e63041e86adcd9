import Type from 'typebox'
import { parseFingerprint } from '../../base/ids.ts'
import type { CaCertificate } from '../../domain/certificate/ca-certificate.ts'
import { listCaCertificates } from '../../store/ca-certificates.ts'
import { spaceForFilter } from '../apps/find-space.ts'
import { appId, ProjectParams } from '../fields/fields.ts'
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
    search: Type.Optional(
      Type.String({ maxLength: 128, description: 'Found in subject, id or SHA-256 fingerprint.' }),
    ),
  }),
  reply: Type.Object({ certificates: Type.Array(OwnCertificateBody) }),
  async run(deps, { query, caller, language }) {
    const space = await spaceForFilter(deps.store, caller.projectId, query.app_id)
    const all = await listCaCertificates(deps.store, caller.projectId)
    const found = all.filter(
      (certificate) =>
        (!space || certificate.spaceId === space.spaceId) &&
        (query.search === undefined || isFound(certificate, query.search)),
    )
    return { certificates: await ownCertificateBodies(deps, caller, found.toReversed(), language) }
  },
})

function isFound({ subject, key, sha256 }: CaCertificate, search: string): boolean {
  const needle = parseFingerprint(search) ?? search.trim().toLowerCase()
  return [subject, key, sha256].join('\n').toLowerCase().includes(needle)
}
