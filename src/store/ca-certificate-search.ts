import { parseFingerprint, type ProjectId } from '../base/ids.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import { toCaCertificate } from './ca-certificates.ts'
import type { Store } from './store.ts'
import { contains, containsAnyCase } from './text-search.ts'

/** The newest `limit` whose id, subject or SHA-256 fingerprint holds `text`, in either case. */
export async function searchCaCertificates(
  { db }: Store,
  projectId: ProjectId,
  { text, limit }: { readonly text: string; readonly limit: number },
): Promise<readonly CaCertificate[]> {
  const needle = text.trim().toLowerCase()
  const rows = await db
    .selectFrom('ca_certificate')
    .selectAll()
    .where('project_id', '=', projectId)
    .where(({ or }) =>
      or([
        contains('key', needle),
        containsAnyCase('subject', needle),
        contains('sha256', parseFingerprint(text) ?? needle),
      ]),
    )
    .orderBy('key', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toCaCertificate)
}
