import type { ProjectId, RowKey, SpaceId } from '../base/ids.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import type { Page, PageRequest } from './page.ts'
import type { Store } from './store.ts'
import { type CaCertificateTable, flag } from './tables.ts'

/** 'exists': the space already has this very certificate; nothing was written. */
export async function insertCaCertificate(
  { db }: Store,
  certificate: CaCertificate,
): Promise<'created' | 'exists'> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('ca_certificate')
    .values(toRow(certificate))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return numInsertedOrUpdatedRows === 1n ? 'created' : 'exists'
}

export async function findCaCertificate(
  { db }: Store,
  projectId: ProjectId,
  key: RowKey,
): Promise<CaCertificate | undefined> {
  const row = await db
    .selectFrom('ca_certificate')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .executeTakeFirst()
  return row && toCaCertificate(row)
}

/** The same certificate, uploaded before to the same space. */
export async function findCaCertificateByDigest(
  { db }: Store,
  { projectId, spaceId, sha256 }: Pick<CaCertificate, 'projectId' | 'spaceId' | 'sha256'>,
): Promise<CaCertificate | undefined> {
  const row = await db
    .selectFrom('ca_certificate')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('space_id', '=', spaceId)
    .where('sha256', '=', sha256)
    .executeTakeFirst()
  return row && toCaCertificate(row)
}

/** All of a project, verified or not: `limits.caCertificatesMax` bounds them. What device-auth trusts from. */
export async function listCaCertificates(
  { db }: Store,
  projectId: ProjectId,
): Promise<readonly CaCertificate[]> {
  const rows = await db
    .selectFrom('ca_certificate')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('key')
    .execute()
  return rows.map(toCaCertificate)
}

export async function listCaCertificatePage(
  { db }: Store,
  projectId: ProjectId,
  { spaceId }: { readonly spaceId?: SpaceId },
  { limit, marker, offset }: PageRequest,
): Promise<Page<CaCertificate>> {
  let matching = db.selectFrom('ca_certificate').where('project_id', '=', projectId)
  if (spaceId !== undefined) matching = matching.where('space_id', '=', spaceId)
  const { count } = await matching
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  const rows = await matching
    .selectAll()
    .$if(marker !== undefined, (query) => query.where('key', '<', marker as RowKey))
    .orderBy('key', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return { rows: rows.map(toCaCertificate), count: Number(count) }
}

export async function countCaCertificates({ db }: Store, projectId: ProjectId): Promise<number> {
  const { count } = await db
    .selectFrom('ca_certificate')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** True when this call verified it; false when it was verified already, or is not there. */
export async function markVerified({ db }: Store, projectId: ProjectId, key: RowKey): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('ca_certificate')
    .set({ verified: 1 })
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .where('verified', '=', 0)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** Writes the settings that a caller may change: provisioning and OCSP. Never the verification. */
export async function saveCaSettings({ db }: Store, certificate: CaCertificate): Promise<void> {
  const row = toRow(certificate)
  await db
    .updateTable('ca_certificate')
    .set({
      provision_enable: row.provision_enable,
      template_id: row.template_id,
      ocsp_enable: row.ocsp_enable,
      ocsp_server_ca_id: row.ocsp_server_ca_id,
      ocsp_ssl_enable: row.ocsp_ssl_enable,
    })
    .where('project_id', '=', certificate.projectId)
    .where('key', '=', certificate.key)
    .executeTakeFirstOrThrow()
}

export async function deleteCaCertificate(
  { db }: Store,
  projectId: ProjectId,
  key: RowKey,
): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('ca_certificate')
    .where('project_id', '=', projectId)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return numDeletedRows === 1n
}

export const toCaCertificate = (row: CaCertificateTable): CaCertificate => ({
  key: row.key,
  projectId: row.project_id,
  spaceId: row.space_id,
  pem: row.pem,
  der: new Uint8Array(Buffer.from(row.der, 'base64')),
  sha256: row.sha256,
  subject: row.subject,
  commonName: row.common_name,
  owner: row.owner,
  verified: row.verified === 1,
  verifyCode: row.verify_code,
  provisionEnable: row.provision_enable === 1,
  ...(row.template_id !== null && { templateId: row.template_id }),
  ocspEnable: row.ocsp_enable === 1,
  ...(row.ocsp_server_ca_id !== null && { ocspServerCaId: row.ocsp_server_ca_id }),
  ocspSslEnable: row.ocsp_ssl_enable === 1,
  createdAt: row.created_at,
  effectiveAt: row.effective_at,
  expiresAt: row.expires_at,
})

const toRow = (certificate: CaCertificate): CaCertificateTable => ({
  key: certificate.key,
  project_id: certificate.projectId,
  space_id: certificate.spaceId,
  pem: certificate.pem,
  der: Buffer.from(certificate.der).toString('base64'),
  sha256: certificate.sha256,
  subject: certificate.subject,
  common_name: certificate.commonName,
  owner: certificate.owner,
  verified: flag(certificate.verified),
  verify_code: certificate.verifyCode,
  provision_enable: flag(certificate.provisionEnable),
  template_id: certificate.templateId ?? null,
  ocsp_enable: flag(certificate.ocspEnable),
  ocsp_server_ca_id: certificate.ocspServerCaId ?? null,
  ocsp_ssl_enable: flag(certificate.ocspSslEnable),
  created_at: certificate.createdAt,
  effective_at: certificate.effectiveAt,
  expires_at: certificate.expiresAt,
})
