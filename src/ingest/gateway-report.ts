import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { fill } from '../base/refusal.ts'
import { parseGatewayReport, type PartOfReport } from '../codec/payload/gateway-report.ts'
import { type DevicePlace, type FindPlace, placeBelow } from '../domain/device/place.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import type { CompiledModel } from '../domain/product-model/check-value.ts'
import { decideReport, refusedWhole } from '../domain/report/decide-report.ts'
import { shownName } from '../domain/report/value-params.ts'
import type { Acceptance } from '../domain/uplink/acceptance.ts'
import type { Uplink } from '../domain/uplink/uplink.ts'
import { noticeCodes } from '../domain/verdict/notice-codes.ts'
import { reportCodes } from '../domain/verdict/report-codes.ts'
import type { ReportVerdict } from '../domain/verdict/verdict.ts'
import { acceptanceOf, ALL_STORED, reportEntry, shortReason } from './report-entry.ts'

export interface GatewayReportDeps {
  modelOf(productKey: string): Promise<CompiledModel | undefined> | CompiledModel | undefined
  readonly findPlace: FindPlace
  /** See `Log.findReport`. */
  findReport(deviceId: DeviceId, payload: Uint8Array, since: Instant): Promise<Instant | undefined>
  readonly limits: Pick<Limits, 'redeliveryMillisMax'>
  readonly lenientEventTime?: boolean
}

/** What is to be written before the PUBACK, all of it or nothing. */
export interface DecidedUplink {
  readonly entries: readonly NewEntry[]
  readonly acceptance: Acceptance
}

/** Bytes of a packet that are decided in one turn: a megabyte in one would hold up every other device (safety R12). */
const TURN_BYTES = 64 * 1024
/** Skipped devices that are named; the others are counted. */
const NAMED_MAX = 10

/**
 * What becomes of a gateway's batch report: each device's part is decided against its own product's model, and is a
 * report of that device (device protocol §3.4, §4.5). Parts of devices that are neither the gateway nor its children
 * are skipped, all alike: the gateway is told what it named, never what is behind the name (safety S5). A part that the
 * log holds already, when the packet is a redelivery, keeps its first time (safety R4).
 */
export async function decideGatewayReport(deps: GatewayReportDeps, uplink: Uplink): Promise<DecidedUplink> {
  const parsed = parseGatewayReport(uplink.payload)
  if (parsed.kind === 'unreadable') {
    const verdict = refusedWhole(parsed.code, parsed.params)
    return {
      entries: [reportEntry(uplink, uplink.receivedAt, undefined, verdict)],
      acceptance: acceptanceOf(verdict),
    }
  }
  const { parts } = parsed
  const decided: Decided[] = []
  const skipped: PartOfReport[] = []
  let bytes = 0
  for (const part of parts) {
    const place = placeOf(deps, uplink, part)
    if (place) decided.push(await decidePart(deps, uplink, part, place))
    else skipped.push(part)
    bytes += part.payload.length
    if (bytes > TURN_BYTES) {
      bytes = 0
      await nextTurn()
    }
  }
  const entries = decided.map(({ entry }) => entry)
  if (skipped.length > 0) entries.push(skippedEntry(uplink, parts, skipped))
  return { entries, acceptance: acceptanceOfAll(parts, decided, skipped) }
}

interface Decided {
  readonly deviceId: DeviceId
  readonly verdict: ReportVerdict
  readonly entry: NewEntry
}

function placeOf(
  { findPlace }: GatewayReportDeps,
  uplink: Uplink,
  { deviceId }: PartOfReport,
): (DevicePlace & { readonly deviceId: DeviceId }) | undefined {
  if (deviceId === undefined) return undefined
  // Its own id is tolerated (device protocol §3.4).
  if (deviceId === uplink.deviceId)
    return { deviceId, projectId: uplink.projectId, productKey: uplink.productKey }
  const place = placeBelow(uplink, deviceId, findPlace)
  return place && { ...place, deviceId }
}

async function decidePart(
  { modelOf, findReport, limits, lenientEventTime = false }: GatewayReportDeps,
  { receivedAt, redelivered, topic, requestId }: Uplink,
  { report, payload }: PartOfReport,
  { deviceId, projectId, productKey }: DevicePlace & { readonly deviceId: DeviceId },
): Promise<Decided> {
  const first = redelivered
    ? await findReport(deviceId, payload, receivedAt - limits.redeliveryMillisMax)
    : undefined
  const at = first ?? receivedAt
  const verdict = decideReport(await modelOf(productKey), report, at, { lenientEventTime })
  const sent = { deviceId, projectId, topic, requestId, payload }
  return { deviceId, verdict, entry: reportEntry(sent, at, first, verdict) }
}

const skippedParams = (parts: readonly PartOfReport[], skipped: readonly PartOfReport[]) => ({
  skipped: skipped.length,
  count: parts.length,
  devices:
    skipped
      .slice(0, NAMED_MAX)
      .map(({ sentId }) => (sentId === '' ? '(no device_id)' : shownName(sentId)))
      .join(', ') + (skipped.length > NAMED_MAX ? ', …' : ''),
})

/** On the gateway's own account: no other device is to learn of it. */
function skippedEntry(
  { receivedAt: at, projectId, deviceId, topic }: Uplink,
  parts: readonly PartOfReport[],
  skipped: readonly PartOfReport[],
): NewEntry {
  const params = skippedParams(parts, skipped)
  return { kind: 'notice', at, projectId, deviceId, body: { code: 'children-skipped', params, topic } }
}

function acceptanceOfAll(
  parts: readonly PartOfReport[],
  decided: readonly Decided[],
  skipped: readonly PartOfReport[],
): Acceptance {
  const troubled = decided.find(({ verdict }) => verdict.outcome !== 'accepted')
  if (!troubled && skipped.length === 0) return ALL_STORED
  const isStored = decided.some(({ verdict }) => verdict.outcome !== 'refused')
  const { code, sentence } = troubled
    ? {
        code: troubled.verdict.code,
        sentence: `${troubled.deviceId}: ${fill(reportCodes[troubled.verdict.code].en.sentence, troubled.verdict.params)}`,
      }
    : {
        code: 'children-skipped',
        sentence: fill(noticeCodes['children-skipped'].en.sentence, skippedParams(parts, skipped)),
      }
  return {
    reasonCode: isStored ? 0x00 : 0x99,
    reasonString: shortReason(sentence),
    userProperties: [['verdict', code]],
  }
}
