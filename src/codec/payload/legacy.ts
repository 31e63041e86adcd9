import { Buffer } from 'node:buffer'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { ParsedReport } from '../../domain/report/report.ts'
import { parseJson } from './json.ts'
import { isObject, nameOf, parseReportBytes, readReport, unreadable } from './report.ts'

/*
 * The JSON of the earlier platform's topics, `/huawei/v1/devices/{id}/…` (device protocol §3.14), to and from that of
 * the present ones: `data` is `services`, an answer's `errcode` and `body` are `result_code` and `paras`.
 */

/** Shown to those whose report has another shape. */
const EXAMPLE =
  '{"msgType":"deviceReq","data":[{"serviceId":"Env","serviceData":{"temperature":21.5},"eventTime":"20240102T030405Z"}]}'

/** An answer to a command: the number that the command carried, and the answer in the form of the present topic. */
export interface LegacyAnswer {
  /** Undefined: none, or not 1 to 65,535. */
  readonly mid: number | undefined
  /** `{"result_code":…,"paras":…}` (§3.8.0). */
  readonly payload: Uint8Array
}

/** Reads an answer to a command, `deviceRsp`; undefined for anything else, which is a report or refused as one. */
export function parseLegacyAnswer(payload: Uint8Array): LegacyAnswer | undefined {
  // Whatever is larger is no answer (and nothing else either): it need not be looked into.
  if (payload.length > limits.reportBytesMax) return undefined
  const json = parseJson(payload, limits.jsonDepthMax)
  if (json.kind !== 'parsed' || !isObject(json.value)) return undefined
  const { msgType, mid, errcode, body } = json.value
  if (msgType !== 'deviceRsp') return undefined
  const answer = {
    ...(errcode !== undefined && errcode !== null && { result_code: errcode }),
    ...(body !== undefined && body !== null && { paras: body }),
  }
  return { mid: isMid(mid) ? mid : undefined, payload: Buffer.from(JSON.stringify(answer)) }
}

/** The numbers of commands are 1 to this. */
export const legacyMidMax = 0xffff

const isMid = (value: JsonValue | undefined): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= legacyMidMax

/**
 * Parses `deviceReq`: each entry of `data` is what an entry of `services` is in a report (§3.3), with the same bounds and
 * the same faults.
 */
export function parseLegacyReport(payload: Uint8Array): ParsedReport {
  const { length } = payload
  if (length > limits.reportBytesMax)
    return unreadable('report-too-large', { bytes: length, limit: limits.reportBytesMax })
  const json = parseReportBytes(payload)
  if (json.kind === 'unreadable') return json
  const root = json.value
  if (!isObject(root)) return unreadable('report-not-object', { seen: nameOf(root), example: EXAMPLE })
  const { msgType, data } = root
  if (msgType !== 'deviceReq')
    return unreadable('report-type-unknown', {
      seen: typeof msgType === 'string' ? JSON.stringify(msgType.slice(0, 64)) : nameOf(msgType),
      example: EXAMPLE,
    })
  if (!Array.isArray(data) || data.length === 0)
    return unreadable('report-data-missing', {
      seen: Array.isArray(data) ? '[]' : nameOf(data),
      example: EXAMPLE,
    })
  return readReport({ services: (data as readonly JsonValue[]).map(asService) }, json.inexact)
}

const asService = (entry: JsonValue): JsonObject => {
  const { serviceId, serviceData, eventTime } = isObject(entry) ? entry : {}
  return {
    ...(serviceId !== undefined && { service_id: serviceId }),
    // The same object: what is known of its numbers is known by it.
    ...(serviceData !== undefined && { properties: serviceData }),
    ...(eventTime !== undefined && { event_time: eventTime }),
  }
}

/**
 * A command (§3.8.0), as we write it, in the form of the earlier platform; undefined for one of a child, which that form
 * has no word for.
 */
export function legacyCommand(payload: Uint8Array, mid: number): Uint8Array | undefined {
  const json = parseJson(payload, limits.jsonDepthMax + 1)
  if (json.kind !== 'parsed' || !isObject(json.value)) return undefined
  const { object_device_id: child, service_id: serviceId, command_name: cmd, paras } = json.value
  if (child !== undefined) return undefined
  return Buffer.from(
    JSON.stringify({
      msgType: 'cloudReq',
      ...(serviceId !== undefined && { serviceId }),
      ...(cmd !== undefined && { cmd }),
      paras: paras ?? {},
      mid,
    }),
  )
}
