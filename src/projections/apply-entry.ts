import type { DeviceId, Position } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { Entry, EntryKind, EntryOf } from '../domain/entry/entry.ts'
import { applyReport, emptyShadow, initialDesired } from '../domain/shadow/apply-report.ts'
import type { ServiceVerdict } from '../domain/verdict/verdict.ts'
import { isDeleted, noteChange, saveDeleted, saveRegistered } from '../store/projections/changes.ts'
import { unlinkConnections } from '../store/projections/connections.ts'
import { deleteHistory, findHistoryRow, hasHistoryAt, saveHistoryRow } from '../store/projections/history.ts'
import { deleteAccepted } from '../store/projections/presented.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { deleteRefusedValues } from '../store/projections/refused-values.ts'
import { countShadows, deleteShadows, findShadow, saveShadow } from '../store/projections/shadows.ts'
import { deleteStatus, findStatus, saveOffline, saveOnline } from '../store/projections/statuses.ts'
import { applyConnection } from './apply-connection.ts'
import { applyRefusals } from './apply-refusals.ts'
import type { BatchCounts } from './batch-counts.ts'

/** The kinds of entries that projections follow. */
export const followedKinds = [
  'report',
  'status',
  'connection',
  'config',
] as const satisfies readonly EntryKind[]

/**
 * Writes what one entry of the log means. Called once per entry, in the order of the log, inside the transaction
 * that also moves the position: so each entry acts exactly once, whatever crashes in between.
 */
export function applyEntry(db: ProjectionsFile, entry: Entry, counts: BatchCounts): void {
  switch (entry.kind) {
    case 'report':
      if (isDeleted(db, entry.deviceId)) return
      applyReportEntry(db, entry)
      applyRefusals(db, entry.deviceId, entry.body.verdict, entry.at)
      return countReport(entry, counts)
    case 'status':
      if (!isDeleted(db, entry.deviceId)) applyStatus(db, entry, counts)
      return
    case 'connection':
      if (entry.body.outcome === 'refused') counts.add(entry.projectId, entry.at, { connectionsRefused: 1 })
      return applyConnection(db, entry)
    case 'config':
      if (entry.deviceId === undefined) return
      if (entry.body.outboxKey !== undefined && !noteChange(db, entry.body.outboxKey, entry.at)) return
      return applyConfig(db, entry.deviceId, entry, counts)
    case 'message-up':
    case 'event-up':
    case 'response':
    case 'audit':
      return
  }
}

function countReport({ projectId, at, body: { verdict } }: EntryOf<'report'>, counts: BatchCounts): void {
  let valuesStored = 0
  let valuesRefused = 0
  for (const { values } of verdict.services)
    for (const { outcome } of values)
      if (outcome === 'stored') valuesStored++
      else valuesRefused++
  counts.add(projectId, at, { reports: 1, valuesStored, valuesRefused })
}

/** Values in the order of the report, so a service that stands in it twice is applied twice (device protocol §4.2). */
function applyReportEntry(db: ProjectionsFile, { position, deviceId, at, body }: EntryOf<'report'>): void {
  let index = 0
  for (const service of body.verdict.services) {
    const values = storedValues(service)
    if (values.length === 0) continue
    const change = { values, time: service.time, receivedAt: at, repeats: body.repeats === true }
    updateShadow(db, deviceId, service.serviceId, change)
    addHistory(db, deviceId, service, { ...change, seq: seqOf(position, index++) })
  }
}

function storedValues({ values }: ServiceVerdict): Parameters<typeof applyReport>[1]['values'] {
  return values
    .filter(({ outcome }) => outcome === 'stored')
    .map(({ property, seen }) => [property, seen] as const)
}

/** A report holds at most 500 properties, so at most 500 services of it hold one. */
function seqOf(position: Position, index: number): number {
  return position * 1000 + index
}

type Change = Parameters<typeof applyReport>[1]

function updateShadow(db: ProjectionsFile, deviceId: DeviceId, serviceId: string, change: Change): void {
  const known = findShadow(db, deviceId, serviceId)
  if (!known && countShadows(db, deviceId) >= limits.shadowServicesMax) return
  const before = known ?? emptyShadow(serviceId)
  const after = applyReport(before, change)
  if (after !== before) saveShadow(db, deviceId, after)
}

/**
 * A point per service and time (safety R4). What a device says twice of one moment becomes one point: the values
 * of both, and where they differ those received later. Times of receipt are ours, so two reports of one
 * millisecond stay two points; only a redelivery finds its own point again.
 */
function addHistory(
  db: ProjectionsFile,
  deviceId: DeviceId,
  { serviceId, timeSource }: ServiceVerdict,
  { values: all, time, receivedAt, repeats, seq }: Change & { readonly seq: number },
): void {
  // A null takes a property out of the shadow; it is no value that was measured.
  const values = Object.fromEntries(all.filter(([, value]) => value !== null))
  if (Object.keys(values).length === 0) return
  if (timeSource === 'received') {
    if (repeats && hasHistoryAt(db, deviceId, serviceId, time)) return
    return saveHistoryRow(db, deviceId, { serviceId, time, tie: seq, seq, receivedAt, values })
  }
  const known = findHistoryRow(db, deviceId, { serviceId, time, tie: 0 })
  if (!known) return saveHistoryRow(db, deviceId, { serviceId, time, tie: 0, seq, receivedAt, values })
  const isLater = receivedAt > known.receivedAt || (receivedAt === known.receivedAt && !repeats)
  saveHistoryRow(db, deviceId, {
    ...known,
    receivedAt: Math.max(receivedAt, known.receivedAt),
    values: isLater ? { ...known.values, ...values } : { ...values, ...known.values },
  })
}

/**
 * ONLINE names the current connection; OFFLINE counts only for that one. A take-over leaves the status ONLINE, so
 * the time of the last change stays (device protocol §2.9, §2.10).
 */
function applyStatus(
  db: ProjectionsFile,
  { projectId, deviceId, at, body }: EntryOf<'status'>,
  counts: BatchCounts,
): void {
  const { status, connection, address } = body
  if (status === 'OFFLINE') {
    if (saveOffline(db, { deviceId, connection, at })) counts.add(projectId, at, { online: -1 })
    return
  }
  const online = { projectId, deviceId, connection, at, ...(address === undefined ? {} : { address }) }
  if (saveOnline(db, online)) counts.add(projectId, at, { online: 1 })
}

function applyConfig(
  db: ProjectionsFile,
  deviceId: DeviceId,
  { position, at, body }: EntryOf<'config'>,
  counts: BatchCounts,
): void {
  if (body.change === 'device-deleted') {
    const status = findStatus(db, deviceId)
    if (status?.status === 'ONLINE') counts.add(status.projectId, at, { online: -1 })
    deleteShadows(db, deviceId)
    deleteHistory(db, deviceId)
    deleteRefusedValues(db, deviceId)
    deleteStatus(db, deviceId)
    deleteAccepted(db, deviceId)
    unlinkConnections(db, deviceId)
    saveDeleted(db, deviceId, at)
    return
  }
  saveRegistered(db, deviceId, position)
  for (const [serviceId, properties] of Object.entries(body.desired)) {
    const before = findShadow(db, deviceId, serviceId) ?? emptyShadow(serviceId)
    const after = initialDesired(before, properties, at)
    if (after !== before) saveShadow(db, deviceId, after)
  }
}
