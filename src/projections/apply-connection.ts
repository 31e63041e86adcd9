import type { RowKey } from '../base/ids.ts'
import type { EntryOf } from '../domain/entry/entry.ts'
import { isDeleted } from '../store/projections/changes.ts'
import { saveConnection } from '../store/projections/connections.ts'
import { saveAccepted, savePresented } from '../store/projections/presented.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'

/** Keeps a verdict, the certificates it was about, and what the device's last acceptance rests on. `text`: the body as it stands in the log. */
export function applyConnection(
  db: ProjectionsFile,
  { position, projectId, deviceId: named, at, body: verdict }: EntryOf<'connection'>,
  text: string,
): void {
  // What was on its way when its device was deleted is evidence, but no longer of a device.
  const deviceId = named !== undefined && isDeleted(db, named) ? undefined : named
  const { presented = [], anchorKey } = verdict
  // A device with a secret may present what it likes: nothing rests on it.
  const trusted = verdict.outcome !== 'refused' && anchorKey !== undefined
  for (const certificate of presented) savePresented(db, certificate, { at, trusted })
  const certificates = presented.map(({ sha256 }) => sha256)
  saveConnection(db, {
    position,
    projectId,
    ...(deviceId === undefined ? {} : { deviceId }),
    at,
    verdict,
    // The certificates have a table of their own, where each stands once.
    body: presented.some(({ der }) => der !== undefined)
      ? JSON.stringify({ ...verdict, presented: certificates.map((sha256) => ({ sha256 })) })
      : text,
  })
  if (deviceId === undefined || verdict.outcome === 'refused') return
  saveAccepted(db, {
    deviceId,
    projectId,
    certificates,
    ...(anchorKey === undefined ? {} : { anchorKey: anchorKey as RowKey }),
  })
}
