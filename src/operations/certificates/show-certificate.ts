import { operation } from '../operation.ts'
import { CertificateParams, CertificateWithContent, certificateBody } from './certificate-body.ts'
import { requireCertificate } from './find-certificate.ts'

export const showCertificate = operation({
  id: 'ShowCertificate',
  method: 'GET',
  url: '/v5/iot/:project_id/certificates/:certificate_id',
  tag: 'certificates',
  summary: 'Get a device CA certificate with its content',
  status: 200,
  access: 'read',
  params: CertificateParams,
  reply: CertificateWithContent,
  async run({ store }, { params, caller }) {
    const certificate = await requireCertificate(store, caller.projectId, params.certificate_id)
    return { ...certificateBody(certificate), content: certificate.pem }
  },
})
