import type { DeviceId, Fingerprint, ProjectId, RowKey } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { PresentedCertificate } from '../../domain/certificate/presented.ts'
import type { ProjectionsFile } from './projections-file.ts'

/** That a certificate was seen again is noted this often: a write in an hour, not one a connection. */
const SEEN_AGAIN_MILLIS = 3_600_000

/** Keeps a certificate, or notes that it came again. `trusted`: a device was let in by it. */
export function savePresented(
  db: ProjectionsFile,
  { sha256, der }: PresentedCertificate,
  { at, trusted }: { readonly at: Instant; readonly trusted: boolean },
): void {
  if (der === undefined) {
    const sql = `UPDATE presented_certificate SET last_at = max(last_at, ?1), trusted = max(trusted, ?2)
      WHERE sha256 = ?3 AND (last_at < ?4 OR trusted < ?2)`
    db.run(sql, [at, Number(trusted), sha256, at - SEEN_AGAIN_MILLIS])
    return
  }
  db.run(
    `INSERT INTO presented_certificate (sha256, der, trusted, last_at) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET last_at = max(last_at, excluded.last_at), trusted = max(trusted, excluded.trusted)`,
    [sha256, Buffer.from(der, 'base64'), Number(trusted), at],
  )
}

/** DER of those that are kept, in the order given, up to the first that is not. */
export function findPresented(db: ProjectionsFile, sha256s: readonly Fingerprint[]): readonly Uint8Array[] {
  const found: Uint8Array[] = []
  for (const sha256 of sha256s) {
    const der = db.get('SELECT der FROM presented_certificate WHERE sha256 = ?', [sha256])?.['der']
    if (!(der instanceof Uint8Array)) break
    found.push(der)
  }
  return found
}

/** Keeps the `most` that were seen last; those of strangers, who can make any number of them, go first. */
export function prunePresented(db: ProjectionsFile, most: number): void {
  const count = Number(db.get('SELECT count(*) AS n FROM presented_certificate')?.['n'])
  if (count <= most) return
  db.run(
    `DELETE FROM presented_certificate WHERE sha256 IN
       (SELECT sha256 FROM presented_certificate ORDER BY trusted, last_at LIMIT ?)`,
    [count - most],
  )
}

/** What the last accepted connection of a device rests on. */
export interface AcceptedConnection {
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  /** SHA-256, leaf first. */
  readonly certificates: readonly Fingerprint[]
  readonly anchorKey?: RowKey
}

/**
 * Remembers by which connection and certificate the device was let in last; replaces what was known. A device that comes
 * as it came before writes nothing.
 */
export function saveAccepted(
  db: ProjectionsFile,
  { deviceId, projectId, certificates, anchorKey }: AcceptedConnection,
): void {
  db.run(
    `INSERT INTO accepted_connection (device_id, project_id, certificates, anchor_key) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET project_id = excluded.project_id, certificates = excluded.certificates,
       anchor_key = excluded.anchor_key
     WHERE project_id <> excluded.project_id OR certificates <> excluded.certificates
       OR anchor_key IS NOT excluded.anchor_key`,
    [deviceId, projectId, JSON.stringify(certificates), anchorKey ?? null],
  )
}

/** Undefined until the device was let in for the first time. */
export function findAccepted(db: ProjectionsFile, deviceId: DeviceId): AcceptedConnection | undefined {
  const row = db.get('SELECT * FROM accepted_connection WHERE device_id = ?', [deviceId])
  if (!row) return undefined
  const anchorKey = row['anchor_key']
  return {
    deviceId,
    projectId: row['project_id'] as ProjectId,
    certificates: JSON.parse(String(row['certificates'])) as Fingerprint[],
    ...(typeof anchorKey === 'string' && { anchorKey: anchorKey as RowKey }),
  }
}

/** With its device. */
export function deleteAccepted(db: ProjectionsFile, deviceId: DeviceId): void {
  db.run('DELETE FROM accepted_connection WHERE device_id = ?', [deviceId])
}

/** How many devices came last by each CA certificate; those without any are left out. */
export function countAccepted(
  db: ProjectionsFile,
  projectId: ProjectId,
): readonly (readonly [RowKey, number])[] {
  return db
    .all(
      `SELECT anchor_key, count(*) AS n FROM accepted_connection
       WHERE project_id = ? AND anchor_key IS NOT NULL GROUP BY anchor_key`,
      [projectId],
    )
    .map((row) => [row['anchor_key'] as RowKey, Number(row['n'])])
}
