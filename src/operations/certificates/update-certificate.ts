import Type, { type Static } from 'typebox'
import type { CaCertificate } from '../../domain/certificate/ca-certificate.ts'
import { saveCaSettings } from '../../store/ca-certificates.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { CertificateBody, CertificateParams, certificateBody } from './certificate-body.ts'
import { requireTemplate } from '../provisioning-templates/template-body.ts'
import { requireCertificate } from './find-certificate.ts'

const Settings = Type.Object({
  provision_enable: Type.Optional(Type.Boolean()),
  // The one member of these operations whose null means something.
  template_id: Type.Optional(
    Type.Union([Type.String({ maxLength: 64 }), Type.Null()], { description: 'null unbinds the template.' }),
  ),
  ocsp_enable: Type.Optional(Type.Boolean()),
  ocsp_ssl_enable: Type.Optional(Type.Boolean()),
  ocsp_server_ca_id: Type.Optional(Type.String({ maxLength: 64 })),
})

export const updateCertificate = operation({
  id: 'UpdateCertificate',
  method: 'PUT',
  url: '/v5/iot/:project_id/certificates/:certificate_id',
  tag: 'certificates',
  summary: 'Change OCSP and self-registration settings of a device CA certificate',
  status: 200,
  access: 'write',
  audit: 'certificate.update',
  params: CertificateParams,
  body: Settings,
  reply: CertificateBody,
  async run({ store, bus }, { params, body, caller: { projectId } }) {
    const changed = await inTransaction(store, async (tx) => {
      const certificate = await requireCertificate(tx, projectId, params.certificate_id)
      if (body.template_id !== undefined && body.template_id !== null)
        await requireTemplate(tx, projectId, body.template_id)
      const next = withSettings(certificate, body)
      await saveCaSettings(tx, next)
      return next
    })
    await bus.publish({ kind: 'trust-changed', projectId })
    return certificateBody(changed)
  },
})

function withSettings(certificate: CaCertificate, settings: Static<typeof Settings>): CaCertificate {
  const { templateId: boundTemplate, ...rest } = certificate
  const templateId = settings.template_id === undefined ? boundTemplate : settings.template_id
  return {
    ...rest,
    ...(templateId !== null && templateId !== undefined && { templateId }),
    provisionEnable: settings.provision_enable ?? certificate.provisionEnable,
    ocspEnable: settings.ocsp_enable ?? certificate.ocspEnable,
    ocspSslEnable: settings.ocsp_ssl_enable ?? certificate.ocspSslEnable,
    ...(settings.ocsp_server_ca_id !== undefined && { ocspServerCaId: settings.ocsp_server_ca_id }),
  }
}
