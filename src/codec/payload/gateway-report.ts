import { Buffer } from 'node:buffer'
import { type DeviceId, parseDeviceId } from '../../base/ids.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { ParsedReport } from '../../domain/report/report.ts'
import type { ReportCode } from '../../domain/verdict/report-codes.ts'
import { isObject, nameOf, parseReportBytes, readReport, unreadable } from './report.ts'

/** What a gateway reports of one device. */
export interface PartOfReport {
  /** As sent; empty when there is none that is a text. */
  readonly sentId: string
  /** Undefined: `sentId` has not the form of a device id. */
  readonly deviceId: DeviceId | undefined
  readonly report: ParsedReport
  /** The device's part alone, as a device reports by itself: the same for the same part of another packet. */
  readonly payload: Uint8Array
}

export type ParsedGatewayReport =
  | { readonly kind: 'parsed'; readonly parts: readonly PartOfReport[] }
  | {
      readonly kind: 'unreadable'
      readonly code: ReportCode
      readonly params: Readonly<Record<string, string | number>>
    }

/** Shown to those whose report has another shape. */
const EXAMPLE =
  '{"devices":[{"device_id":"meter_77","services":[{"service_id":"Meter","properties":{"kwh":1}}]}]}'

/**
 * Parses the payload of a gateway's batch report, already gunzipped, and splits it by device (device protocol §3.4,
 * §4.5): at most `limits.gatewayReportBytesMax` bytes and `limits.gatewayReportChildrenMax` devices, and of each at
 * most what a report may hold. A device that is named twice has two parts, in the order of the packet.
 */
export function parseGatewayReport(payload: Uint8Array): ParsedGatewayReport {
  const { length } = payload
  if (length > limits.gatewayReportBytesMax)
    return unreadable('report-too-large', { bytes: length, limit: limits.gatewayReportBytesMax })
  const json = parseReportBytes(payload)
  if (json.kind === 'unreadable') return json
  const root = json.value
  if (!isObject(root)) return unreadable('report-not-object', { seen: nameOf(root), example: EXAMPLE })
  const devices = root['devices']
  if (!Array.isArray(devices))
    return unreadable('report-devices-missing', { seen: nameOf(devices), example: EXAMPLE })
  const { length: count } = devices as readonly JsonValue[]
  if (count === 0) return unreadable('report-devices-missing', { seen: '[]', example: EXAMPLE })
  if (count > limits.gatewayReportChildrenMax)
    return unreadable('report-too-many-devices', { count, limit: limits.gatewayReportChildrenMax })
  return {
    kind: 'parsed',
    parts: (devices as readonly JsonValue[]).map((device) => readPart(device, json.inexact)),
  }
}

function readPart(device: JsonValue, inexact: Parameters<typeof readReport>[1]): PartOfReport {
  const { device_id: id, services } = isObject(device) ? device : {}
  const sentId = typeof id === 'string' ? id : ''
  const own: JsonObject = services === undefined ? {} : { services }
  const payload = Buffer.from(JSON.stringify(own))
  const { length } = payload
  const report =
    length > limits.reportBytesMax
      ? unreadable('report-too-large', { bytes: length, limit: limits.reportBytesMax })
      : readReport(own, inexact)
  return { sentId, deviceId: parseDeviceId(sentId), report, payload }
}
