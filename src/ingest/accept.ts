import { Buffer } from 'node:buffer'
import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { parseLegacyReport } from '../codec/payload/legacy.ts'
import { parseReport } from '../codec/payload/report.ts'
import type { FindPlace } from '../domain/device/place.ts'
import type { NewEntry, UplinkEntry } from '../domain/entry/entry.ts'
import type { CompiledModel } from '../domain/product-model/check-value.ts'
import { decideReport, refusedWhole } from '../domain/report/decide-report.ts'
import type { Acceptance } from '../domain/uplink/acceptance.ts'
import type { Lent, Uplink, UplinkProperties } from '../domain/uplink/uplink.ts'
import { type Log, LogWriteError } from '../log/log.ts'
import { reportSource, type ReportSource } from '../log/record.ts'
import { Batch, type BatchLimits, type Sender } from './batch.ts'
import { decideGatewayReport, type GatewayReportDeps } from './gateway-report.ts'
import { objectDevice } from './object-device.ts'
import { payloadText } from './payload-text.ts'
import { acceptanceOf, ALL_STORED, reportEntry } from './report-entry.ts'
import { QuickReports } from './reports.ts'

export interface IngestDeps {
  /** The model that reports of this product (row key) are decided against; undefined: it has none. */
  modelOf(productKey: string): Promise<CompiledModel | undefined> | CompiledModel | undefined
  /** Where devices stand in the registry, for gateways that speak for their children. */
  readonly findPlace: FindPlace
  readonly log: Pick<Log, 'appendRecords' | 'findReport'>
  readonly limits: Pick<Limits, 'reportBytesMax' | 'redeliveryMillisMax' | keyof BatchLimits>
  /** See `decideEventTime`. */
  readonly lenientEventTime?: boolean
}

export interface Ingest {
  /**
   * Decides what becomes of an uplink and writes it to the log. The sender is told when it is durable, so that the
   * PUBACK may go out (safety R1), or that nothing of it is there (safety R2): with a `LogWriteError` when it could
   * not be written, with another one when the product model could not be read. Uplinks of one device reach the log
   * in the order in which they were given (MQTT 5.0 §4.6). `ticket` and `bytes` come back with the answer.
   */
  accept(uplink: Uplink, sender: Sender, ticket: number, bytes: number): void
  /**
   * The same for a report on the device's own topic that is not sent again, if a layout tells that every value of it is stored
   * and it need not wait: nearly always, and then no object is made for it. False: nothing happened, `accept` is to decide.
   */
  acceptReport(
    from: Pick<Uplink, 'deviceId' | 'projectId' | 'productKey'>,
    report: Lent,
    at: Instant,
    sender: Sender,
    ticket: number,
  ): boolean
  /** Hands on what was decided, without the pause that gathers more. */
  flush(): void
}

const KEPT: Acceptance = { reasonCode: 0x00 }

export function createIngest(deps: IngestDeps): Ingest {
  // The object of all limits has so many members that each is looked up by name.
  const { reportBytesMax, redeliveryMillisMax } = deps.limits
  // What a layout reads it takes as times are by default.
  const isQuick = deps.lenientEventTime !== true
  const { commitPauseMillis, commitPauseMillisMax, commitFewRecords, commitManyRecords } = deps.limits
  const batch = new Batch(deps.log, {
    commitPauseMillis,
    commitPauseMillisMax,
    commitFewRecords,
    commitManyRecords,
    batchBytesMax: deps.limits.batchBytesMax,
  })
  // The last uplink of a device that has to wait for something, and with it those that came behind it.
  const waiting = new Map<DeviceId, Promise<void>>()
  const sources = new WeakMap<Sender, ReportSource>()
  // Those of the last report: what one read of a socket gave is of one sender.
  let lastSender: Sender | undefined
  let lastSource: ReportSource | undefined
  const quick = new WeakMap<CompiledModel, QuickReports>()
  const quickWithoutModel = new QuickReports(undefined)
  let last: { readonly model: CompiledModel; readonly quick: QuickReports } | undefined

  function quickOf(model: CompiledModel | undefined): QuickReports {
    if (!model) return quickWithoutModel
    // Most platforms have devices of few products: the last one is nearly always the next.
    if (last?.model === model) return last.quick
    const known = quick.get(model) ?? new QuickReports(model)
    quick.set(model, known)
    last = { model, quick: known }
    return known
  }

  /** Of one connection, so of one device. */
  function sourceOf(
    sender: Sender,
    { deviceId, projectId }: Pick<Uplink, 'deviceId' | 'projectId'>,
  ): ReportSource {
    if (sender === lastSender && lastSource) return lastSource
    const source = sources.get(sender) ?? reportSource(deviceId, projectId)
    sources.set(sender, source)
    lastSender = sender
    return (lastSource = source)
  }

  function acceptReport(
    from: Parameters<Ingest['acceptReport']>[0],
    { bytes, start, end }: Lent,
    at: Instant,
    sender: Sender,
    ticket: number,
  ): boolean {
    const size = end - start
    // What waits is to come first.
    if (!isQuick || size > reportBytesMax || (waiting.size > 0 && waiting.has(from.deviceId))) return false
    const model = deps.modelOf(from.productKey)
    if (model instanceof Promise || !quickOf(model).areAllStored(bytes, start, end)) return false
    batch.writer.storedReport(sourceOf(sender, from), at, bytes, false, start, end)
    batch.wrote(sender, ticket, size, ALL_STORED)
    return true
  }

  function accept(uplink: Uplink, sender: Sender, ticket: number, bytes: number): void {
    const before = waiting.size > 0 ? waiting.get(uplink.deviceId) : undefined
    const isLookedFor = uplink.redelivered && uplink.kind === 'report'
    const model = uplink.kind === 'report' && !before ? deps.modelOf(uplink.productKey) : undefined
    const isOfMany = uplink.kind === 'gateway-report'
    if (!before && !isLookedFor && !isOfMany && !(model instanceof Promise))
      return write(uplink, model, undefined, sender, ticket, bytes)
    // It waits, and lies in memory that the next read uses again.
    const kept = { ...uplink, payload: Buffer.from(uplink.payload) }
    const mine: Promise<void> = (before ?? Promise.resolve())
      // The model as it is when the turn comes: a change of it may have been what was waited for.
      .then(async () =>
        isOfMany
          ? writeGatewayReport(kept, sender, ticket, bytes)
          : write(kept, await (model ?? modelOf(kept)), await findFirst(kept), sender, ticket, bytes),
      )
      .catch((fault: unknown) => sender.notAccepted(bytes, fault))
      .finally(() => {
        if (waiting.get(uplink.deviceId) === mine) waiting.delete(uplink.deviceId)
      })
    waiting.set(uplink.deviceId, mine)
  }

  function modelOf({ kind, productKey }: Uplink): ReturnType<IngestDeps['modelOf']> {
    return kind === 'report' ? deps.modelOf(productKey) : undefined
  }

  /** When the report that this redelivery repeats was received; undefined when it is not in the log (safety R4). */
  async function findFirst({ kind, deviceId, payload, receivedAt, redelivered }: Uplink) {
    if (kind !== 'report' || !redelivered || payload.byteLength > reportBytesMax) return undefined
    return findReport(deviceId, payload, receivedAt - redeliveryMillisMax)
  }

  const findReport: GatewayReportDeps['findReport'] = async (deviceId, payload, since) => {
    // What waits here may be the very report that is asked for.
    batch.send()
    try {
      return await deps.log.findReport(deviceId, payload, since)
    } catch (cause) {
      // A disk that cannot be read is one that nothing is acknowledged on.
      throw new LogWriteError('the log cannot be read', { cause })
    }
  }

  function write(
    uplink: Uplink,
    model: CompiledModel | undefined,
    firstReceivedAt: Instant | undefined,
    sender: Sender,
    ticket: number,
    bytes: number,
  ): void {
    const acceptance =
      uplink.kind === 'report' ? writeReport(uplink, model, firstReceivedAt, sender) : writeOpaque(uplink)
    batch.wrote(sender, ticket, bytes, acceptance)
  }

  /** Of each device its part, in one batch: all are durable before the one PUBACK. */
  async function writeGatewayReport(
    uplink: Uplink,
    sender: Sender,
    ticket: number,
    bytes: number,
  ): Promise<void> {
    const { entries, acceptance } = await decideGatewayReport({ ...deps, findReport }, uplink)
    for (const entry of entries) batch.writer.entry(entry)
    batch.wrote(sender, ticket, bytes, acceptance)
  }

  function writeOpaque(uplink: Uplink): Acceptance {
    const { kind, projectId, receivedAt: at, topic, requestId, payload, properties } = uplink
    const { deviceId, notice } = objectDevice(uplink, deps.findPlace)
    if (notice) batch.writer.entry(notice)
    const body = {
      topic,
      ...payloadText(payload),
      ...(requestId === undefined ? {} : { requestId }),
      ...(properties && { properties: propertiesText(properties) }),
    }
    batch.writer.entry({ kind, at, projectId, deviceId, body } as NewEntry)
    return KEPT
  }

  function writeReport(
    uplink: Uplink,
    model: CompiledModel | undefined,
    firstReceivedAt: Instant | undefined,
    sender: Sender,
  ): Acceptance {
    const at = firstReceivedAt ?? uplink.receivedAt
    const { payload } = uplink
    const canBePlain = uplink.isPlainReport && isQuick
    const isSmall = payload.byteLength <= reportBytesMax
    const reports = canBePlain && isSmall ? quickOf(model) : undefined
    if (reports?.areAllStored(payload)) {
      batch.writer.storedReport(sourceOf(sender, uplink), at, payload, firstReceivedAt !== undefined)
      return ALL_STORED
    }
    const parse = uplink.isLegacy === true ? parseLegacyReport : parseReport
    const report = isSmall ? parse(payload) : undefined
    const verdict = report
      ? decideReport(model, report, at, { lenientEventTime: deps.lenientEventTime ?? false })
      : refusedWhole('report-too-large', { bytes: payload.byteLength, limit: reportBytesMax })
    if (reports && report && verdict.outcome === 'accepted') {
      reports.learn(payload, report)
      batch.writer.storedReport(sourceOf(sender, uplink), at, payload, firstReceivedAt !== undefined)
      return ALL_STORED
    }
    batch.writer.entry(reportEntry(uplink, at, firstReceivedAt, verdict))
    return acceptanceOf(verdict)
  }

  return { accept, acceptReport, flush: () => batch.send() }
}

function propertiesText({ correlationData, ...others }: UplinkProperties): UplinkEntry['properties'] {
  return {
    ...others,
    ...(correlationData && { correlationData: Buffer.from(correlationData).toString('base64') }),
  }
}
