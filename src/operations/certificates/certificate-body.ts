import Type, { type Static } from 'typebox'
import { formatBasic } from '../../base/instant.ts'
import type { CaCertificate } from '../../domain/certificate/ca-certificate.ts'
import { basicTime } from '../fields/fields.ts'

/** A device CA certificate on the wire. */
const fields = {
  certificate_id: Type.String(),
  cn_name: Type.String(),
  owner: Type.String({ description: 'Organization of the subject, or empty.' }),
  // A boolean, not a word: the SDKs read a bool (safety X8).
  status: Type.Boolean({ description: 'True once verified; only verified CAs authenticate devices.' }),
  verify_code: Type.String({ description: 'What the Common Name of the verification certificate must be.' }),
  provision_enable: Type.Boolean({ description: 'Self-registration; works with a provisioning template.' }),
  template_id: Type.Optional(Type.String({ description: 'Bound provisioning template.' })),
  ocsp_enable: Type.Boolean({ description: 'Check revocation of device certificates by OCSP.' }),
  ocsp_server_ca_id: Type.Optional(
    Type.String({ description: 'CA certificate that verifies the OCSP server over TLS.' }),
  ),
  ocsp_ssl_enable: Type.Boolean(),
  create_date: basicTime(),
  effective_date: basicTime(),
  expiry_date: basicTime(),
}

export const CertificateBody = Type.Object(fields)
/** With the PEM text: only in the reply about a single certificate. */
export const CertificateWithContent = Type.Object({ ...fields, content: Type.String() })

export const CertificateParams = Type.Object({ project_id: Type.String(), certificate_id: Type.String() })

export const certificateBody = (certificate: CaCertificate): Static<typeof CertificateBody> => ({
  certificate_id: certificate.key,
  cn_name: certificate.commonName,
  owner: certificate.owner,
  status: certificate.verified,
  verify_code: certificate.verifyCode,
  provision_enable: certificate.provisionEnable,
  ...(certificate.templateId !== undefined && { template_id: certificate.templateId }),
  ocsp_enable: certificate.ocspEnable,
  ...(certificate.ocspServerCaId !== undefined && { ocsp_server_ca_id: certificate.ocspServerCaId }),
  ocsp_ssl_enable: certificate.ocspSslEnable,
  create_date: formatBasic(certificate.createdAt),
  effective_date: formatBasic(certificate.effectiveAt),
  expiry_date: formatBasic(certificate.expiresAt),
})
