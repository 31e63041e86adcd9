import { parseRowKey, type ProjectId } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { CaCertificate } from '../../domain/certificate/ca-certificate.ts'
import { findCaCertificate } from '../../store/ca-certificates.ts'
import type { Store } from '../../store/store.ts'

/** The CA certificate of that id in the caller's project; one of another project is not found. */
export async function requireCertificate(
  store: Store,
  projectId: ProjectId,
  certificateId: string,
): Promise<CaCertificate> {
  const key = parseRowKey(certificateId)
  const certificate = key && (await findCaCertificate(store, projectId, key))
  if (!certificate) throw new Refusal('certificate-not-found', { certificateId })
  return certificate
}
