import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import { decodedCertificateBody } from '../../domain/certificate/certificate-wire.ts'
import type { Language } from '../../domain/verdict/render.ts'
import { decodeCertificate } from '../../pki/decode.ts'
import { toPem } from '../../pki/pem.ts'

/** What a client presented (DER, leaf first), decoded; what cannot be read is left out. */
export function pemCertificateBodies(
  certificates: readonly Uint8Array[],
  now: Instant,
  language: Language,
): JsonObject[] {
  return certificates.flatMap((der, index) => {
    const decoded = decodeCertificate(der)
    if (!decoded) return []
    const use = index === 0 ? 'device' : 'issuer'
    return [{ ...decodedCertificateBody(decoded.facts, use, now, language), pem: toPem(der) }]
  })
}
