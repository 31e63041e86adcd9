import type { Position } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import type { SlotValues } from '../codec/payload/layout.ts'
import { parseReport } from '../codec/payload/report.ts'
import type { EntryOf } from '../domain/entry/entry.ts'
import { seqOf } from '../domain/history/seq.ts'
import { storedReport } from '../domain/report/decide-report.ts'
import { decideEventTime } from '../domain/report/event-time.ts'
import type { ReportVerdict, ServiceVerdict } from '../domain/verdict/verdict.ts'
import type { RecordCursor } from '../log/record.ts'
import { saveFirstReport } from '../store/projections/first-reports.ts'
import { applyRefusals } from './apply-refusals.ts'
import type { Applying } from './applying.ts'
import { bindPlan, type BoundPlan, type DeviceState } from './device-states.ts'
import type { ReportPlan, ServicePlan } from './report-plans.ts'

/*
 * Of one report: first the tables and shadows, which can fail with their file, then history, which is memory at first
 * and cannot. So a report that is applied again after a fault does not stand in history twice.
 */

/** Of one report: what its services have in common. */
interface Received {
  readonly position: Position
  readonly at: Instant
  /** A redelivery of a report that is in the log already (safety R4). */
  readonly repeats: boolean
}

/** Of the report that is applied, and what it says to history: made once, since there are so many. */
const received = { position: 0 as Position, at: 0, repeats: false }
const newReport = {
  receivedAt: 0,
  seq: 0,
  repeats: false,
  times: [] as number[],
  numbers: new Float64Array(0),
  words: [] as readonly JsonValue[],
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
  // A stored report always is of a device.
  const device = applying.states.ofRecord(record)
  if (!device || isEarlier(device, position)) return
  const { at, repeats, bodyStart } = record
  received.position = position
  received.at = at
  received.repeats = repeats
  const plan = device.hasRefusedValues
    ? undefined
    : applying.plans.find(device.bound?.plan, record, bodyStart, record.end)
  if (plan) {
    if (device.bound?.plan !== plan) device.bound = bind(applying, device, plan)
    return applyPlan(applying, device, device.bound)
  }
  const { body } = record
  const report = parseReport(body)
  applying.plans.learn(body, report)
  applyVerdict(applying, device, received, storedReport(report, at))
}

/** The entry at `position` is of a device of this id that is deleted. */
export function isEarlier({ isDeleted, earlierUntil }: DeviceState, position: Position): boolean {
  return isDeleted || earlierUntil > position
}

function bind({ history, states }: Applying, device: DeviceState, plan: ReportPlan): BoundPlan {
  states.settle(device)
  return bindPlan(plan, history.form(device.deviceId, plan.shape))
}

function applyPlan(applying: Applying, device: DeviceState, bound: BoundPlan): void {
  const { plans, states, history } = applying
  const { values } = plans
  const { plan } = bound
  const { at, repeats, position } = received
  if (applying.isNewToShadows) {
    if (!plan.shape.hasTimes && !repeats) states.changeLater(device, bound, at, values)
    else
      for (const service of plan.services)
        updateShadow(applying, device, received, timeOf(service, values, at).time, service, values)
  }
  if (device.hasDesired) applying.noteReported(device, at)
  if (applying.isNewToTables) count(applying, device, at, plan.valueCount, 0)
  if (!applying.isNewToHistory) return
  newReport.receivedAt = at
  newReport.seq = seqOf(position, 0)
  newReport.repeats = repeats
  newReport.numbers = values.numbers
  newReport.words = values.words
  if (plan.shape.hasTimes)
    for (let i = 0; i < plan.services.length; i++) {
      const { time, timeSource } = timeOf(plan.services[i] as ServicePlan, values, at)
      newReport.times[i] = timeSource === 'device' ? time : NaN
    }
  history.addReport(bound.form, plan.slots, newReport)
}

function timeOf(
  { timeSlot }: ServicePlan,
  values: SlotValues,
  at: Instant,
): ReturnType<typeof decideEventTime> {
  return decideEventTime(timeSlot < 0 ? undefined : values.at(timeSlot), at)
}

/** Services in the order of the report, so one that stands in it twice is applied twice (device protocol §4.2). */
function applyVerdict(
  applying: Applying,
  device: DeviceState,
  received: Received,
  verdict: ReportVerdict,
): void {
  const stored = verdict.services.map(storedOf).filter(({ values }) => values.length > 0)
  if (applying.isNewToShadows)
    for (const service of stored)
      updateShadow(applying, device, received, service.time, service, service.values)
  if (device.hasDesired) applying.noteReported(device, received.at)
  if (applying.isNewToTables) countVerdict(applying, device, received.at, verdict)
  if (applying.isNewToHistory)
    for (const [index, service] of stored.entries()) addHistory(applying, device, received, service, index)
}

function countVerdict(applying: Applying, device: DeviceState, at: Instant, verdict: ReportVerdict): void {
  const values = verdict.services.flatMap((service) => service.values)
  const stored = values.filter(({ outcome }) => outcome === 'stored').length
  count(applying, device, at, stored, values.length - stored)
  device.hasRefusedValues = applyRefusals(applying.db, device, verdict, at)
}

function count(
  { db, counts }: Applying,
  device: DeviceState,
  at: Instant,
  stored: number,
  refused: number,
): void {
  const { deviceId, projectId } = device
  counts.addReport(projectId, at, stored, refused)
  if (device.hasReported || stored === 0) return
  saveFirstReport(db, { deviceId, projectId, at })
  device.hasReported = true
}

interface StoredService {
  readonly serviceId: string
  readonly time: Instant
  readonly timeSource: 'device' | 'received'
  readonly properties: readonly string[]
  readonly values: readonly JsonValue[]
}

function storedOf({ serviceId, time, timeSource, values }: ServiceVerdict): StoredService {
  const kept = values.filter(({ outcome }) => outcome === 'stored')
  const properties = kept.map(({ property }) => property)
  return { serviceId, time, timeSource, properties, values: kept.map(({ seen }) => seen) }
}

/** `slots`: which of `values` each property has; absent: in the same order. */
function updateShadow(
  { states }: Applying,
  device: DeviceState,
  { at, repeats }: Received,
  time: Instant,
  {
    serviceId,
    properties,
    slots,
  }: Pick<ServicePlan, 'serviceId' | 'properties'> & Partial<Pick<ServicePlan, 'slots'>>,
  values: Values,
): void {
  const shadow = states.shadowOf(device, serviceId)
  if (!shadow?.isChangedBy(time, at, repeats)) return
  states.willChange(device, shadow)
  shadow.begin(time, at)
  for (let i = 0; i < properties.length; i++)
    shadow.set(properties[i] as string, values.at(slots ? (slots[i] as number) : i) as JsonValue)
}

/** By index: an array, or those of a report's slots. */
interface Values {
  at(index: number): JsonValue | undefined
}

/** A null takes a property out of the shadow; it is no value that was measured. */
function addHistory(
  { history }: Applying,
  { deviceId }: DeviceState,
  { position, at, repeats }: Received,
  { serviceId, time, timeSource, properties, values }: StoredService,
  index: number,
): void {
  const measured = properties
    .map((property, i) => [property, values[i] as JsonValue] as const)
    .filter(([, value]) => value !== null)
  if (measured.length === 0) return
  const seq = seqOf(position, index)
  history.add(deviceId, serviceId, { time, receivedAt: at, timeSource, repeats, seq, values: measured })
}
