import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { fill } from '../base/refusal.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import type { CompiledModel } from '../domain/product-model/check-value.ts'
import { decideReport, refusedWhole } from '../domain/report/decide-report.ts'
import type { Acceptance } from '../domain/uplink/acceptance.ts'
import type { OpaqueUplink, ReportUplink, Uplink } from '../domain/uplink/uplink.ts'
import { reportCodes } from '../domain/verdict/report-codes.ts'
import type { ReportVerdict } from '../domain/verdict/verdict.ts'
import { type Log, LogWriteError } from '../log/log.ts'
import { payloadText } from './payload-text.ts'

export interface IngestDeps {
  /** The model that reports of this product (row key) are decided against; undefined: it has none. */
  modelOf(productKey: string): Promise<CompiledModel | undefined> | CompiledModel | undefined
  readonly log: Pick<Log, 'append' | 'findReport'>
  readonly limits: Pick<Limits, 'reportBytesMax' | 'redeliveryMillisMax'>
  /** See `decideEventTime`. */
  readonly lenientEventTime?: boolean
}

export interface Ingest {
  /**
   * Decides what becomes of an uplink and writes it to the log. Resolves only when it is durable, so that the
   * PUBACK may go out (safety R1). Rejects with `LogWriteError` when it could not be written, and then nothing of
   * it is there (safety R2); with another error when the product model could not be read. Uplinks of one device
   * reach the log in the order in which they were given (MQTT 5.0 §4.6).
   */
  accept(uplink: Uplink): Promise<Acceptance>
}

/** What is written, and what its sender is told once it is durable. */
interface Decided {
  readonly entry: NewEntry
  readonly acceptance: Acceptance
}

export function createIngest(deps: IngestDeps): Ingest {
  const inOrder = createOrder<DeviceId>()
  return {
    async accept(uplink) {
      // The turn ends when the entry is handed over, not when it is durable: the next one may share its commit.
      const { acceptance, durable } = await inOrder(uplink.deviceId, async () => {
        const { entry, acceptance } = await decide(deps, uplink)
        return { acceptance, durable: deps.log.append([entry]) }
      })
      await durable
      return acceptance
    },
  }
}

function decide(deps: IngestDeps, uplink: Uplink): Promise<Decided> | Decided {
  return uplink.kind === 'report' ? decideUplinkReport(deps, uplink) : keepOpaque(uplink)
}

function keepOpaque(uplink: OpaqueUplink): Decided {
  const { kind, deviceId, projectId, receivedAt, topic, requestId, payload } = uplink
  const body = { topic, ...payloadText(payload), ...(requestId === undefined ? {} : { requestId }) }
  return { entry: { kind, at: receivedAt, projectId, deviceId, body }, acceptance: { reasonCode: 0x00 } }
}

async function decideUplinkReport(deps: IngestDeps, uplink: ReportUplink): Promise<Decided> {
  const { deviceId, projectId, productKey, topic, requestId, payload } = uplink
  const tooLarge = payload.byteLength > deps.limits.reportBytesMax
  const firstReceivedAt = uplink.redelivered && !tooLarge ? await findFirst(deps, uplink) : undefined
  const at = firstReceivedAt ?? uplink.receivedAt
  const verdict = tooLarge
    ? refusedWhole('report-too-large', { bytes: payload.byteLength, limit: deps.limits.reportBytesMax })
    : decideReport(await deps.modelOf(productKey), uplink.report, at, {
        lenientEventTime: deps.lenientEventTime ?? false,
      })
  const body = {
    topic,
    // A report of a megabyte that is refused must not fill the disk: its beginning is evidence enough.
    ...payloadText(tooLarge ? payload.subarray(0, KEPT_OF_TOO_LARGE_BYTES) : payload),
    ...(tooLarge ? { payloadBytes: payload.byteLength } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(firstReceivedAt === undefined ? {} : { repeats: true as const }),
    verdict,
  }
  return { entry: { kind: 'report', at, projectId, deviceId, body }, acceptance: acceptanceOf(verdict) }
}

const KEPT_OF_TOO_LARGE_BYTES = 1024

/** When the report that this redelivery repeats was received; undefined when it is not in the log (safety R4). */
async function findFirst({ log, limits }: IngestDeps, uplink: ReportUplink): Promise<Instant | undefined> {
  try {
    return await log.findReport(
      uplink.deviceId,
      uplink.payload,
      uplink.receivedAt - limits.redeliveryMillisMax,
    )
  } catch (cause) {
    // A disk that cannot be read is one that nothing is acknowledged on.
    throw new LogWriteError('the log cannot be read', { cause })
  }
}

/**
 * The PUBACK's fields (design §3.1; MQTT 5.0 §3.4.2.1): all stored 0x00; some stored 0x00 with a reason string;
 * nothing stored 0x99, or 0x95 when it was too large.
 */
function acceptanceOf(verdict: ReportVerdict): Acceptance {
  const { outcome, code, params } = verdict
  const userProperties = [['verdict', code]] as const
  if (outcome === 'accepted') return { reasonCode: 0x00, userProperties, verdict }
  const reasonString = fill(reportCodes[code].en.sentence, params).slice(0, REASON_LENGTH_MAX).toWellFormed()
  if (outcome === 'noted') return { reasonCode: 0x00, reasonString, userProperties, verdict }
  return { reasonCode: code === 'report-too-large' ? 0x95 : 0x99, reasonString, userProperties, verdict }
}

const REASON_LENGTH_MAX = 256

/** Runs the tasks of one key one after the other, those of different keys side by side. A failed task stops none. */
function createOrder<K>(): <T>(key: K, task: () => Promise<T>) => Promise<T> {
  const last = new Map<K, Promise<unknown>>()
  return (key, task) => {
    const before = last.get(key)
    const mine = before ? before.then(task, task) : task()
    last.set(key, mine)
    const leave = (): void => {
      if (last.get(key) === mine) last.delete(key)
    }
    mine.then(leave, leave)
    return mine
  }
}
