import type { DeviceId } from '../../base/ids.ts'
import { formatIso } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { bridgeOfSession } from '../../domain/bridge/bridge.ts'
import type {
  AuditEntry,
  ConfigEntry,
  DownlinkEntry,
  Entry,
  NoticeEntry,
  ReportEntry,
  StatusEntry,
  UplinkEntry,
} from '../../domain/entry/entry.ts'
import { renderVerdict } from '../../domain/verdict/render.ts'
import { connectionVerdictBody, reportVerdictBody } from '../../domain/verdict/wire.ts'

type Language = 'en' | 'zh'

/** An entry of the log on the wire (contracts §3), its verdict in the reader's language. */
export function entryBody(entry: Entry, language: Language): JsonObject {
  return present({
    position: String(entry.position),
    at: formatIso(entry.at),
    project_id: entry.projectId,
    kind: entry.kind,
    ...whoseEntry(entry.deviceId),
    body: bodyOf(entry, language),
  })
}

function whoseEntry(deviceId: DeviceId | undefined): { readonly [name: string]: string | undefined } {
  const bridgeId = deviceId && bridgeOfSession(deviceId)
  return bridgeId === undefined ? { device_id: deviceId } : { bridge_id: bridgeId }
}

function bodyOf(entry: Entry, language: Language): JsonObject {
  switch (entry.kind) {
    case 'report':
      return reportBody(entry.body, language)
    case 'message-up':
    case 'event-up':
    case 'response':
    case 'request':
      return uplinkBody(entry.body)
    case 'status':
      return statusBody(entry.body)
    case 'connection':
      return connectionVerdictBody(String(entry.position), entry.body, language)
    case 'config':
      return configBody(entry.body)
    case 'audit':
      return auditBody(entry.body)
    case 'downlink':
      return downlinkBody(entry.body, language)
    case 'notice':
      return noticeBody(entry.body, language)
  }
}

const reportBody = (report: ReportEntry, language: Language): JsonObject =>
  present({
    topic: report.topic,
    payload: report.payload,
    payload_encoding: report.payloadEncoding,
    payload_bytes: report.payloadBytes,
    request_id: report.requestId,
    repeats: report.repeats,
    verdict: reportVerdictBody(report.verdict, language),
  })

const uplinkBody = ({ topic, payload, payloadEncoding, requestId, properties }: UplinkEntry): JsonObject =>
  present({
    topic,
    payload,
    payload_encoding: payloadEncoding,
    request_id: requestId,
    properties:
      properties &&
      present({
        content_type: properties.contentType,
        response_topic: properties.responseTopic,
        correlation_data: properties.correlationData,
        user_properties: properties.userProperties?.map(([name, value]) => [name, value]),
      }),
  })

const statusBody = ({ status, connection, address, takesOver, cause, error }: StatusEntry): JsonObject =>
  present({ status, connection, address, takes_over: takesOver, cause, error })

const configBody = (config: ConfigEntry): JsonObject =>
  present({
    change: config.change,
    desired: config.change === 'device-created' ? config.desired : undefined,
    services:
      config.change === 'desired-changed'
        ? config.services.map(({ serviceId, desired, version }) =>
            present({ service_id: serviceId, desired, version }),
          )
        : undefined,
  })

const auditBody = ({ action, actor, address, target, outcome, detail }: AuditEntry): JsonObject =>
  present({ action, actor, address, target, outcome, detail })

const downlinkBody = (downlink: DownlinkEntry, language: Language): JsonObject => {
  const { type, id, state, topic, payload, payloadEncoding, code, detail } = downlink
  return present({
    ...{ type, id, state, topic, payload, payload_encoding: payloadEncoding, code, detail },
    ...(code !== undefined && renderVerdict({ code, params: { topic: topic ?? '' } }, language)),
  })
}

const noticeBody = ({ code, params, topic }: NoticeEntry, language: Language): JsonObject =>
  present({ code, params: { ...params }, topic, ...renderVerdict({ code, params }, language) })

/** Drops what is undefined: the wire has no such thing. */
function present(fields: { readonly [name: string]: JsonValue | undefined }): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as JsonObject
}
