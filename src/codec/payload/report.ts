import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { ParsedReport, ServiceReport } from '../../domain/report/report.ts'
import type { ReportCode } from '../../domain/verdict/report-codes.ts'
import { parseJson } from './json.ts'
import type { ParsedJson } from './json.ts'

type Inexact = Extract<ParsedJson, { kind: 'parsed' }>['inexact']

/** Shown to those whose report has another shape. */
const EXAMPLE = '{"services":[{"service_id":"Env","properties":{"temperature":21.5}}]}'
const NO_PROPERTIES: JsonObject = Object.freeze(Object.create(null) as JsonObject)

/**
 * Parses the payload of a property report, already gunzipped (device protocol §3.3, §4.2, safety S11). `null`
 * and absent are the same (§0.3), unknown keys are ignored. An entry without usable `service_id` or
 * `properties` is kept with a code instead of its values; anything else wrong makes the report unreadable. At
 * most `limits.reportBytesMax` bytes and `limits.reportPropertiesMax` values, an entry counting as one at least.
 */
export function parseReport(payload: Uint8Array): ParsedReport {
  if (payload.length > limits.reportBytesMax) {
    return unreadable('report-too-large', { bytes: payload.length, limit: limits.reportBytesMax })
  }
  const json = parseReportBytes(payload)
  return json.kind === 'unreadable' ? json : readReport(json.value, json.inexact)
}

/** The payload of a report as a value, or why it is none. */
export function parseReportBytes(
  payload: Uint8Array,
): Extract<ParsedJson, { kind: 'parsed' }> | Extract<ParsedReport, { kind: 'unreadable' }> {
  const json = parseJson(payload, limits.jsonDepthMax)
  switch (json.kind) {
    case 'not-utf8':
      return unreadable('report-not-utf8', { offset: json.offset })
    case 'not-json':
      return unreadable('report-not-json', { detail: json.detail })
    case 'too-deep':
      return unreadable('report-too-deep', { limit: limits.jsonDepthMax })
    case 'parsed':
      return json
  }
}

/** `inexact`: of the parser that `root` is from. */
export function readReport(root: JsonValue, inexact: Inexact): ParsedReport {
  if (!isObject(root)) return unreadable('report-not-object', { seen: nameOf(root), example: EXAMPLE })
  const entries = root['services']
  if (!Array.isArray(entries)) {
    return unreadable('report-services-missing', { seen: nameOf(entries), example: EXAMPLE })
  }
  if (entries.length === 0) return unreadable('report-services-empty', { example: EXAMPLE })
  const services = (entries as readonly JsonValue[]).map((entry) => readService(entry, inexact))
  const count = services.reduce((sum, { properties }) => sum + Math.max(1, Object.keys(properties).length), 0)
  if (count > limits.reportPropertiesMax) {
    return unreadable('report-too-many-properties', { count, limit: limits.reportPropertiesMax })
  }
  return { kind: 'parsed', services }
}

function readService(entry: JsonValue, inexact: Inexact): ServiceReport {
  const { service_id: id, properties, event_time: time } = isObject(entry) ? entry : NO_PROPERTIES
  const serviceId = typeof id === 'string' ? id : ''
  const eventTime = time ?? undefined
  if (serviceId === '') return { serviceId, properties: NO_PROPERTIES, eventTime, code: 'service-id-missing' }
  if (!isObject(properties))
    return { serviceId, properties: NO_PROPERTIES, eventTime, code: 'properties-missing' }
  const inexactProperties = inexact.get(properties)
  return { serviceId, properties, eventTime, ...(inexactProperties && { inexactProperties }) }
}

export function unreadable(
  code: ReportCode,
  params: Readonly<Record<string, string | number>>,
): Extract<ParsedReport, { kind: 'unreadable' }> {
  return { kind: 'unreadable', code, params }
}

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** In words of JSON, which both languages of the catalogue share. */
export function nameOf(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}
