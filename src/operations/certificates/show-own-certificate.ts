import { strict as assert } from 'node:assert'
import { operation } from '../operation.ts'
import { CertificateParams } from './certificate-body.ts'
import { requireCertificate } from './find-certificate.ts'
import { OwnCertificateBody, ownCertificateBodies } from './own-certificate-body.ts'

export const showOwnCertificate = operation({
  id: 'ShowOwnCertificate',
  method: 'GET',
  url: '/quayside/v1/:project_id/certificates/:certificate_id',
  tag: 'certificates',
  summary: 'Get a device CA certificate, decoded',
  status: 200,
  access: 'read',
  params: CertificateParams,
  reply: OwnCertificateBody,
  async run(deps, { params, caller, language }) {
    const certificate = await requireCertificate(deps.store, caller.projectId, params.certificate_id)
    const [body] = await ownCertificateBodies(deps, caller, [certificate], language)
    assert(body, 'one is given, one comes back')
    return body
  },
})
