import type { DeviceId, Position, ProjectId } from '../base/ids.ts'
import type { ConnectionDetail, ConnectionEntry, DevicePresented } from '../domain/certificate/presented.ts'
import { findConnection, findLastConnection } from '../store/projections/connections.ts'
import { findAccepted, findPresented } from '../store/projections/presented.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'

/** A verdict with its certificates; undefined when it is of another project, or no longer kept. */
export function readConnection(
  db: ProjectionsFile,
  projectId: ProjectId,
  position: Position,
): ConnectionDetail | undefined {
  const verdict = findConnection(db, projectId, position)
  return verdict && { id: String(position), verdict, certificates: certificatesOf(db, verdict) }
}

/** What the device presented last, and how it fared. */
export function readPresented(db: ProjectionsFile, deviceId: DeviceId): DevicePresented {
  const accepted = findAccepted(db, deviceId)
  const last = findLastConnection(db, deviceId)
  return {
    deviceId,
    certificates: accepted
      ? findPresented(db, accepted.certificates)
      : last
        ? certificatesOf(db, last.verdict)
        : [],
    ...(accepted?.anchorKey !== undefined && { anchorKey: accepted.anchorKey }),
    ...(last && { last: { id: String(last.position), verdict: last.verdict } }),
  }
}

const certificatesOf = (db: ProjectionsFile, { presented = [] }: ConnectionEntry): readonly Uint8Array[] =>
  findPresented(
    db,
    presented.map(({ sha256 }) => sha256),
  )
