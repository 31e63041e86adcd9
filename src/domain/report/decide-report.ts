import type { Instant } from '../../base/instant.ts'
import type { JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { CheckValue, CompiledModel } from '../product-model/check-value.ts'
import type { ReportCode } from '../verdict/report-codes.ts'
import type { ReportVerdict, ServiceVerdict, ValueVerdict } from '../verdict/verdict.ts'
import { decideEventTime } from './event-time.ts'
import { hasUnusableCharacter } from './property-key.ts'
import type { ParsedReport, ServiceReport } from './report.ts'
import { shownName, valueParams } from './value-params.ts'

export interface DecideReportOptions {
  /** See `decideEventTime`. */
  readonly lenientEventTime?: boolean
}

/**
 * What becomes of each value of one report, and why (device protocol §4.2). Pure: the same arguments always give
 * the same verdict, to the listener, the log, the console's "would it be stored?" and the tests.
 *
 * One bad value, or one bad service, takes nothing else with it (safety S11). Services are judged, and later
 * applied, in the order of the report. All of them share one time of receipt (device protocol §4.1).
 * Services whose id starts with `$` are the SDKs' own and in no model: they are stored as they come (§3.3).
 * `model` is undefined when the product has none.
 */
export function decideReport(
  model: CompiledModel | undefined,
  report: ParsedReport,
  receivedAt: Instant,
  { lenientEventTime = false }: DecideReportOptions = {},
): ReportVerdict {
  if (report.kind === 'unreadable') return refusedWhole(report.code, report.params)
  const services = report.services.map((service): ServiceVerdict => ({
    serviceId: service.serviceId,
    ...decideEventTime(service.eventTime, receivedAt, { lenient: lenientEventTime }),
    ...decideService(model, service),
  }))
  return { kind: 'report', ...summary(services), services }
}

/**
 * The verdict on a report of which it is known that `decideReport` accepted it: every value was stored. Needs no model,
 * so that a log can keep such a report as its payload alone.
 */
export function storedReport(
  report: ParsedReport,
  receivedAt: Instant,
  { lenientEventTime = false }: DecideReportOptions = {},
): ReportVerdict {
  if (report.kind === 'unreadable') return refusedWhole(report.code, report.params)
  const services = report.services.map(({ serviceId, eventTime, properties }): ServiceVerdict => ({
    serviceId,
    ...decideEventTime(eventTime, receivedAt, { lenient: lenientEventTime }),
    values: Object.entries(properties).map(([property, seen]): ValueVerdict => ({
      property,
      outcome: 'stored',
      seen,
    })),
  }))
  return { kind: 'report', outcome: 'accepted', code: 'report-stored', params: {}, services }
}

/** The verdict on a payload of which nothing could be read, or was. */
export function refusedWhole(code: ReportCode, params: ReportVerdict['params']): ReportVerdict {
  return { kind: 'report', outcome: 'refused', code, params, services: [] }
}

function decideService(
  model: CompiledModel | undefined,
  service: ServiceReport,
): Pick<ServiceVerdict, 'code' | 'values'> {
  const values = Object.entries(service.properties)
  const check =
    service.code ?? (values.length === 0 ? 'properties-missing' : checkOf(model, service.serviceId))
  // The whole entry is refused: each of its values says so, so that none goes without an answer.
  if (typeof check === 'string')
    return {
      code: check,
      values: values.map(([property, seen]) => ({ property, outcome: 'refused', code: check, seen })),
    }
  const inexact = new Set(service.inexactProperties)
  return {
    values: values.map(([property, seen]): ValueVerdict => {
      const refusal =
        check(property, seen) ?? (inexact.has(property) ? { code: 'number-not-exact' } : undefined)
      return refusal
        ? { property, outcome: 'refused', ...refusal, seen }
        : { property, outcome: 'stored', seen }
    }),
  }
}

type Refusal = Pick<ValueVerdict, 'rule'> & { readonly code: ReportCode }
type CheckProperty = (property: string, value: JsonValue) => Refusal | undefined

// Such as `$device_rule`, `$sdk`. No model bounds these names, so a pattern does.
const SYSTEM_SERVICE = /^\$[A-Za-z0-9_-]{1,63}$/

/** How the properties of a service are judged, or why they cannot be. */
function checkOf(model: CompiledModel | undefined, serviceId: string): CheckProperty | ReportCode {
  if (serviceId.startsWith('$')) return SYSTEM_SERVICE.test(serviceId) ? checkKey : 'service-unknown'
  if (model === undefined || model.size === 0) return 'product-without-model'
  const properties = model.get(serviceId)
  if (!properties) return 'service-unknown'
  return (property, value) => checkKey(property) ?? checkAgainst(properties.get(property), value)
}

function checkKey(property: string): Refusal | undefined {
  if (hasUnusableCharacter(property))
    return { code: 'property-key-invalid', rule: { without: ['.', '$', 'NUL'] } }
  if (property.length > limits.nameLengthMax)
    return { code: 'property-key-invalid', rule: { max_length: limits.nameLengthMax } }
  return undefined
}

function checkAgainst(check: CheckValue | undefined, value: JsonValue): Refusal | undefined {
  if (!check) return { code: 'property-unknown' }
  return value === null ? undefined : check(value) // null deletes the key (device protocol §4.3)
}

/** The report as a whole, told by what was refused first. */
function summary(services: readonly ServiceVerdict[]): Pick<ReportVerdict, 'outcome' | 'code' | 'params'> {
  const stored = services.some(({ values }) => values.some(({ outcome }) => outcome === 'stored'))
  const service = services.find(({ code, values }) => code !== undefined || values.some(isRefused))
  if (!service) return { outcome: stored ? 'accepted' : 'refused', code: 'report-stored', params: {} }
  const outcome = stored ? 'noted' : 'refused'
  const value = service.values.find(isRefused)
  const code = service.code ?? value?.code ?? 'report-stored'
  return {
    outcome,
    code,
    params: value ? valueParams(service.serviceId, value) : { service: shownName(service.serviceId) },
  }
}

const isRefused = ({ outcome }: ValueVerdict): boolean => outcome === 'refused'
