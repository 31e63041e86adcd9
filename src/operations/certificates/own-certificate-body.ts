import { strict as assert } from 'node:assert'
import Type from 'typebox'
import { formatIso } from '../../base/instant.ts'
import type { CaCertificate } from '../../domain/certificate/ca-certificate.ts'
import { decodedCertificateBody } from '../../domain/certificate/certificate-wire.ts'
import type { Language } from '../../domain/verdict/render.ts'
import { decodeCertificate } from '../../pki/decode.ts'
import { spaceNames } from '../../store/spaces.ts'
import { DecodedCertificate } from '../explain/decoded-certificate.ts'
import { milliTime } from '../fields/fields.ts'
import { rendered } from '../fields/json-body.ts'
import type { Caller, OperationDeps } from '../operation.ts'

/** A device CA certificate as the console shows it. */
export const OwnCertificateBody = rendered(
  Type.Object(
    {
      certificate_id: Type.String(),
      app_id: Type.Optional(Type.String()),
      app_name: Type.Optional(Type.String()),
      cn_name: Type.String(),
      owner: Type.Optional(Type.String({ description: 'Organization of the subject.' })),
      verified: Type.Boolean({ description: 'Only verified CAs authenticate devices.' }),
      verify_code: Type.String({
        description: 'What the Common Name of the verification certificate must be.',
      }),
      provision_enable: Type.Boolean({ description: 'Devices with certificates of it register themselves.' }),
      template_id: Type.Optional(Type.String({ description: 'Provisioning template that they do it by.' })),
      create_time: milliTime(),
      effective_date: milliTime(),
      expiry_date: milliTime(),
      device_count: Type.Integer({ description: 'Devices whose last accepted connection came by it.' }),
      certificate: DecodedCertificate,
      pem: Type.String(),
    },
    { title: 'OwnCertificate' },
  ),
)

/** CA certificates of the caller's project on the wire, in the order given. */
export async function ownCertificateBodies(
  { store, clock, countByAnchor }: Pick<OperationDeps, 'store' | 'clock' | 'countByAnchor'>,
  { projectId }: Caller,
  certificates: readonly CaCertificate[],
  language: Language,
) {
  const names = await spaceNames(
    store,
    projectId,
    certificates.map(({ spaceId }) => spaceId),
  )
  const devices = await countByAnchor(projectId)
  const now = clock.now()
  return certificates.map((certificate) => {
    const { key, spaceId, commonName, owner, verified, verifyCode, pem } = certificate
    const decoded = decodeCertificate(certificate.der)
    assert(decoded, 'what is in the registry was read when it was uploaded')
    const appName = names.get(spaceId)
    return {
      certificate_id: key,
      app_id: spaceId,
      ...(appName !== undefined && { app_name: appName }),
      cn_name: commonName,
      ...(owner !== '' && { owner }),
      verified,
      verify_code: verifyCode,
      provision_enable: certificate.provisionEnable,
      ...(certificate.templateId !== undefined && { template_id: certificate.templateId }),
      create_time: formatIso(certificate.createdAt),
      effective_date: formatIso(certificate.effectiveAt),
      expiry_date: formatIso(certificate.expiresAt),
      device_count: devices.get(key) ?? 0,
      certificate: decodedCertificateBody(decoded.facts, 'issuer', now, language),
      pem,
    }
  })
}
