import Type from 'typebox'
import { appId, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { OwnCertificateBody } from './own-certificate-body.ts'

export const listOwnCertificates = operation({
  id: 'ListOwnCertificates',
  method: 'GET',
  url: '/quayside/v1/:project_id/certificates',
  tag: 'certificates',
  summary: 'List all device CA certificates, decoded, with the number of devices that came by each',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    app_id: Type.Optional(appId()),
    search: Type.Optional(
      Type.String({ maxLength: 128, description: 'Found in subject, owner or fingerprint.' }),
    ),
  }),
  reply: Type.Object({ certificates: Type.Array(OwnCertificateBody) }),
  run: () => Promise.reject(new Error('to come')),
})
