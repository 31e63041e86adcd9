import { formatIso } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { valueParams } from '../report/value-params.ts'
import { type Language, renderVerdict } from './render.ts'
import type { ConnectionVerdict, ReportVerdict, ServiceVerdict, Step, ValueVerdict } from './verdict.ts'

/*
 * Verdicts as they stand on the wire (contracts §2): snake_case, times in ISO 8601, in the reader's language. Beyond
 * what the contract shows, each step and value that has a code says its own sentence.
 */

/** `id` is the position in the log; absent for an explanation, which is not kept. */
export function connectionVerdictBody(
  id: string | undefined,
  verdict: ConnectionVerdict,
  language: Language,
): JsonObject {
  const { kind, outcome, code, params, steps, answer, subject, at, durationMicros } = verdict
  const { mqtt, mqtt5, http } = answer
  return {
    ...(id !== undefined && { id }),
    kind,
    outcome,
    code,
    ...renderVerdict(verdict, language),
    at: formatIso(at),
    duration_us: durationMicros,
    subject: present({
      project_id: subject.projectId,
      device_id: subject.deviceId,
      bridge_id: subject.bridgeId,
      client_id: subject.clientId,
      username: subject.username,
      address: subject.address,
      listener: subject.listener,
      fingerprint: subject.fingerprint,
    }),
    params,
    steps: steps.map((step) => stepBody(step, language)),
    answer: { mqtt, mqtt5: mqtt5 === null ? null : `0x${mqtt5.toString(16).padStart(2, '0')}`, http },
  }
}

/** A report's verdict: what became of each value. */
export function reportVerdictBody(verdict: ReportVerdict, language: Language): JsonObject {
  const { kind, outcome, code, params, services } = verdict
  return {
    kind,
    outcome,
    code,
    ...renderVerdict(verdict, language),
    params,
    services: services.map((service) => serviceBody(service, language)),
  }
}

function stepBody(
  { name, outcome, code, params = {}, seen, expected }: Step,
  language: Language,
): JsonObject {
  return present({
    name,
    outcome,
    code,
    ...(code !== undefined && { ...renderVerdict({ code, params }, language), params }),
    seen,
    expected,
  })
}

function serviceBody(service: ServiceVerdict, language: Language): JsonObject {
  const { serviceId, time, timeSource, timeCode, code, values } = service
  return present({
    service_id: serviceId,
    time: formatIso(time),
    time_source: timeSource,
    time_code: timeCode ?? null,
    code,
    values: values.map((value) => valueBody(serviceId, value, language)),
  })
}

function valueBody(serviceId: string, value: ValueVerdict, language: Language): JsonObject {
  const { property, outcome, code, seen, rule } = value
  return present({
    property,
    outcome,
    code,
    ...(code !== undefined && renderVerdict({ code, params: valueParams(serviceId, value) }, language)),
    seen,
    rule,
  })
}

/** Drops what is undefined: the wire has no such thing. */
function present(fields: { readonly [name: string]: JsonValue | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject
}
