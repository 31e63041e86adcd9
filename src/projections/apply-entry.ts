import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import { bridgeOfSession } from '../domain/bridge/bridge.ts'
import type { Entry, EntryOf, ShadowChange } from '../domain/entry/entry.ts'
import type { ShadowOutcome } from '../domain/shadow/desired-change.ts'
import type { RecordCursor } from '../log/record.ts'
import {
  isDeleted,
  isFirstOfChange,
  noteChange,
  saveDeleted,
  saveRegistered,
} from '../store/projections/changes.ts'
import { unlinkConnections } from '../store/projections/connections.ts'
import { deleteFirstReport } from '../store/projections/first-reports.ts'
import { deleteAccepted } from '../store/projections/presented.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import { deleteRefusedValues } from '../store/projections/refused-values.ts'
import { deleteShadows } from '../store/projections/shadows.ts'
import {
  deleteStatus,
  findStatus,
  saveChildOffline,
  saveOffline,
  saveOnline,
} from '../store/projections/statuses.ts'
import { applyConnection } from './apply-connection.ts'
import { applyShadowChange } from './apply-desired.ts'
import { applyReport, isEarlier } from './apply-report.ts'
import type { Applying } from './applying.ts'
import type { BatchCounts } from './batch-counts.ts'

/** Applies what one entry of the log means; `record` is where it stands. Called once per entry, in the order of the log. */
export function applyEntry(applying: Applying, entry: Entry, record: Pick<RecordCursor, 'body'>): void {
  const { db, counts, isNewToTables } = applying
  switch (entry.kind) {
    case 'report':
      return applyReport(applying, entry)
    case 'status':
      if (isNewToTables && !isDeleted(db, entry.deviceId)) applyStatus(db, entry, counts)
      return
    case 'connection':
      if (!isNewToTables) return
      if (entry.body.outcome === 'refused') counts.add(entry.projectId, entry.at, { connectionsRefused: 1 })
      return applyConnection(db, entry, record.body.toString())
    case 'config':
      if (entry.deviceId === undefined) return
      return applyConfig(applying, entry.deviceId, entry)
    case 'message-up':
    case 'event-up':
    case 'response':
    case 'request':
    case 'downlink':
    case 'notice':
    case 'audit':
      return
  }
}

/**
 * ONLINE names the current connection; OFFLINE counts only for that one. A take-over leaves the status ONLINE, so
 * the time of the last change stays (device protocol §2.9, §2.10). Of a child its gateway says both; bridges are not
 * counted among the devices.
 */
function applyStatus(
  db: ProjectionsFile,
  { projectId, deviceId, at, body }: EntryOf<'status'>,
  counts: BatchCounts,
): void {
  const { status, connection, address } = body
  const isCounted = bridgeOfSession(deviceId) === undefined
  if (status === 'OFFLINE') {
    const ended = { projectId, deviceId, connection, at }
    const wasOnline = body.cause === 'gateway-said' ? saveChildOffline(db, ended) : saveOffline(db, ended)
    if (wasOnline && isCounted) counts.add(projectId, at, { online: -1 })
    return
  }
  const online = { projectId, deviceId, connection, at, ...(address === undefined ? {} : { address }) }
  if (saveOnline(db, online) && isCounted) counts.add(projectId, at, { online: 1 })
}

function applyConfig(applying: Applying, deviceId: DeviceId, entry: EntryOf<'config'>): void {
  const { db, states, history, isNewToTables, isNewToShadows, isNewToHistory } = applying
  const { position, at, projectId, body } = entry
  if ('changeId' in body) {
    if (isNewToShadows) changeShadow(applying, deviceId, entry, body)
    return
  }
  // A row of the outbox acts once, however often it came into the log; where it acts, shadows and history follow it.
  if (isNewToTables) {
    if (body.outboxKey !== undefined && !noteChange(db, body.outboxKey, { at, position })) return
  } else if (body.outboxKey !== undefined && !isFirstOfChange(db, body.outboxKey, position)) return
  if (body.change === 'device-deleted') {
    if (isNewToTables) deleteFromTables(applying, deviceId, at)
    states.forget(deviceId)
    if (isNewToShadows) deleteShadows(db, deviceId)
    if (isNewToHistory) history.deleteDevice(deviceId, position)
    return
  }
  if (isNewToTables) {
    const device = states.get(deviceId, projectId)
    device.earlierUntil = saveRegistered(db, deviceId, position)
    device.isDeleted = false
  }
  if (!isNewToShadows) return
  const device = states.get(deviceId, projectId)
  for (const [serviceId, properties] of Object.entries(body.desired)) {
    if (Object.keys(properties).length === 0) continue
    const shadow = states.shadowOf(device, serviceId)
    if (!shadow) continue
    states.willChange(device, shadow)
    shadow.setInitialDesired(properties, at)
    device.hasDesired = true
  }
}

function changeShadow(
  applying: Applying,
  deviceId: DeviceId,
  { position, at, projectId }: EntryOf<'config'>,
  change: ShadowChange['body'],
): void {
  const { states } = applying
  const device = states.get(deviceId, projectId)
  const outcome: ShadowOutcome = isEarlier(device, position)
    ? { kind: 'no-device' }
    : applyShadowChange(states, device, change, at)
  applying.noteOutcome(change.changeId, outcome)
}

function deleteFromTables({ db, counts }: Applying, deviceId: DeviceId, at: Instant): void {
  const status = findStatus(db, deviceId)
  if (status?.status === 'ONLINE') counts.add(status.projectId, at, { online: -1 })
  deleteRefusedValues(db, deviceId)
  deleteStatus(db, deviceId)
  deleteFirstReport(db, deviceId)
  deleteAccepted(db, deviceId)
  unlinkConnections(db, deviceId)
  saveDeleted(db, deviceId, at)
}
