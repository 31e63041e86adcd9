import type { Position } from '../base/ids.ts'
import type { JsonValue } from '../base/json.ts'
import { parseReport } from '../codec/payload/report.ts'
import type { EntryOf } from '../domain/entry/entry.ts'
import { storedReport } from '../domain/report/decide-report.ts'
import { decideEventTime } from '../domain/report/event-time.ts'
import type { ReportVerdict, ServiceVerdict } from '../domain/verdict/verdict.ts'
import type { RecordCursor } from '../log/record.ts'
import { applyRefusals } from './apply-refusals.ts'
import type { Applying, HistoryReceived, HistoryValues } from './applying.ts'
import type { DeviceState } from './device-states.ts'
import type { ReportPlan } from './report-plans.ts'

/** Of one report: what its services have in common. */
interface Received extends HistoryReceived {
  readonly position: Position
}

/** A report with a verdict of its own. */
export function applyReport(applying: Applying, entry: EntryOf<'report'>): void {
  const { deviceId, projectId, position, at, body } = entry
  const device = applying.states.get(deviceId, projectId)
  if (isEarlier(device, position)) return
  applyVerdict(applying, device, { position, at, repeats: body.repeats === true }, body.verdict)
}

/** A report of which every value is stored: the record that there is most of. */
export function applyStoredReport(applying: Applying, record: RecordCursor, position: Position): void {
  const { deviceId, projectId, at, repeats, body } = record
  // A stored report always is of a device.
  if (deviceId === '') return
  const device = applying.states.get(deviceId, projectId)
  if (isEarlier(device, position)) return
  const received = { position, at, repeats }
  const plan = device.hasRefusedValues ? undefined : applying.plans.find(device.plan, body, 0, body.length)
  if (plan) {
    device.plan = plan
    return applyPlan(applying, device, received, plan)
  }
  const report = parseReport(body)
  applying.plans.learn(body, report)
  applyVerdict(applying, device, received, storedReport(report, at))
}

function isEarlier({ isDeleted, registeredAt }: DeviceState, position: Position): boolean {
  return isDeleted || registeredAt > position
}

function applyPlan(
  applying: Applying,
  device: DeviceState,
  received: Received,
  { services, valueCount }: ReportPlan,
): void {
  const { values } = applying.plans
  let index = 0
  for (const { serviceId, properties, slots, timeSlot } of services) {
    const told = timeSlot < 0 ? undefined : decideEventTime(values[timeSlot], received.at)
    const isDeviceTime = told?.timeSource === 'device'
    const time = told?.time ?? received.at
    applyStored(
      applying,
      device,
      received,
      { serviceId, time, isDeviceTime, properties, values, slots },
      index++,
    )
  }
  if (applying.isNewToTables) applying.counts.addReport(device.projectId, received.at, valueCount, 0)
}

/** Services in the order of the report, so one that stands in it twice is applied twice (device protocol §4.2). */
function applyVerdict(
  applying: Applying,
  device: DeviceState,
  received: Received,
  verdict: ReportVerdict,
): void {
  let index = 0
  let stored = 0
  let refused = 0
  for (const service of verdict.services) {
    const own = storedOf(service)
    stored += own.values.length
    refused += service.values.length - own.values.length
    if (own.values.length > 0) applyStored(applying, device, received, own, index++)
  }
  if (!applying.isNewToTables) return
  applying.counts.addReport(device.projectId, received.at, stored, refused)
  device.hasRefusedValues = applyRefusals(applying.db, device, verdict, received.at)
}

function storedOf({ serviceId, time, timeSource, values }: ServiceVerdict): HistoryValues {
  const kept = values.filter(({ outcome }) => outcome === 'stored')
  return {
    serviceId,
    time,
    isDeviceTime: timeSource === 'device',
    properties: kept.map(({ property }) => property),
    values: kept.map(({ seen }) => seen),
  }
}

/** `index`: among the services of the report of which something is stored. */
function applyStored(
  applying: Applying,
  device: DeviceState,
  received: Received,
  stored: HistoryValues,
  index: number,
): void {
  if (applying.isNewToShadows) updateShadow(applying, device, received, stored)
  // A report holds at most 500 properties, so at most 500 services of it hold one.
  const seq = received.position * SEQS_PER_ENTRY + index
  if (applying.isNewToHistory) applying.addHistory(device, received, stored, seq)
}

export const SEQS_PER_ENTRY = 1000

function updateShadow(
  { states }: Applying,
  device: DeviceState,
  { at, repeats }: Received,
  { serviceId, time, properties, values, slots }: HistoryValues,
): void {
  const shadow = states.shadowOf(device, serviceId)
  if (!shadow?.isChangedBy(time, at, repeats)) return
  states.willChange(device, shadow)
  shadow.begin(time, at)
  for (let i = 0; i < properties.length; i++)
    shadow.set(properties[i] as string, values[slots ? (slots[i] as number) : i] as JsonValue)
}
