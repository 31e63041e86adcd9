import type { DeviceId, ProjectId } from '../../src/base/ids.ts'
import type { Clock, Instant } from '../../src/base/instant.ts'
import type { JsonObject, JsonValue } from '../../src/base/json.ts'
import type { NewEntry, ReportEntry, StatusEntry } from '../../src/domain/entry/entry.ts'
import type { PropertyModel, ServiceModel } from '../../src/domain/product-model/product-model.ts'
import type { ParsedReport, ServiceReport } from '../../src/domain/report/report.ts'
import type { Uplink } from '../../src/domain/uplink/uplink.ts'
import type { ConnectionVerdict, ReportVerdict } from '../../src/domain/verdict/verdict.ts'
import type { FaultPoint, Faults } from '../../src/sql/sqlite.ts'

/*
 * Values for tests: each builder fills in what a test does not care about, so that a test states only what it is
 * about.
 */

export const NOON: Instant = Date.UTC(2026, 10, 22, 12)
export const DEVICE = 'demo_lamp1' as DeviceId
export const PROJECT = '0123456789abcdef0123456789abcdef' as ProjectId

/** A clock that stands still until it is told to go on. */
export function aClock(start: Instant = NOON): Clock & { advance(millis: number): void } {
  let now = start
  return { now: () => now, advance: (millis) => void (now += millis) }
}

export function aProperty(property: Partial<PropertyModel> & { readonly name: string }): PropertyModel {
  return { dataType: 'int', required: false, method: 'RW', ...property }
}

export function aService(service: Partial<ServiceModel> & { readonly serviceId: string }): ServiceModel {
  return {
    serviceType: service.serviceId,
    properties: [],
    commands: [],
    events: [],
    option: 'Optional',
    ...service,
  }
}

/** Services by id, their properties by name: `aModel({ Meter: { kwh: { dataType: 'decimal' } } })`. */
export function aModel(
  services: Readonly<Record<string, Readonly<Record<string, Partial<PropertyModel>>>>>,
): readonly ServiceModel[] {
  return Object.entries(services).map(([serviceId, properties]) =>
    aService({
      serviceId,
      properties: Object.entries(properties).map(([name, rule]) => aProperty({ ...rule, name })),
    }),
  )
}

export function aServiceReport(
  service: Partial<ServiceReport> & { readonly serviceId: string; readonly properties: JsonObject },
): ServiceReport {
  return { eventTime: undefined, ...service }
}

/** Properties by service id; all of them with the same event time. */
export function aReport(services: Readonly<Record<string, JsonObject>>, eventTime?: JsonValue): ParsedReport {
  return {
    kind: 'parsed',
    services: Object.entries(services).map(([serviceId, properties]) =>
      aServiceReport({ serviceId, properties, eventTime }),
    ),
  }
}

export function anUplink({
  report = aReport({ Meter: { kwh: 1 } }),
  ...uplink
}: Partial<Uplink> & { readonly report?: ParsedReport } = {}): Uplink {
  return {
    kind: 'report',
    deviceId: DEVICE,
    projectId: PROJECT,
    productKey: '000000000000000000000001',
    topic: `$oc/devices/${uplink.deviceId ?? DEVICE}/sys/properties/report`,
    payload: payloadOf(report),
    receivedAt: NOON,
    requestId: undefined,
    redelivered: false,
    isPlainReport: uplink.requestId === undefined,
    ...uplink,
  }
}

/** A payload that is parsed to this report. */
export function payloadOf(report: ParsedReport): Buffer {
  if (report.kind === 'unreadable') return Buffer.from('{')
  return Buffer.from(
    JSON.stringify({
      services: report.services.map(({ serviceId, properties, eventTime }) => ({
        service_id: serviceId,
        properties,
        event_time: eventTime,
      })),
    }),
  )
}

/** A verdict that stores `values` of one service. */
export function aReportVerdict({
  serviceId = 'Meter',
  values = { kwh: 1 },
  time = NOON,
  timeSource = 'device',
}: {
  readonly serviceId?: string
  readonly values?: JsonObject
  readonly time?: Instant
  readonly timeSource?: 'device' | 'received'
} = {}): ReportVerdict {
  const stored = Object.entries(values).map(
    ([property, seen]) => ({ property, outcome: 'stored', seen }) as const,
  )
  return {
    kind: 'report',
    outcome: 'accepted',
    code: 'report-stored',
    params: {},
    services: [{ serviceId, time, timeSource, values: stored }],
  }
}

/** A report in the log; by default one whose values are stored, with a time that the device gave. */
export function anEntry({
  at = NOON,
  deviceId = DEVICE,
  projectId = PROJECT,
  body = {},
  verdict = aReportVerdict({ time: at }),
}: {
  readonly at?: Instant
  readonly deviceId?: DeviceId
  readonly projectId?: ProjectId
  readonly body?: Partial<ReportEntry>
  readonly verdict?: ReportVerdict
} = {}): NewEntry {
  const topic = `$oc/devices/${deviceId}/sys/properties/report`
  return {
    kind: 'report',
    at,
    projectId,
    deviceId,
    body: { topic, payload: '{}', payloadEncoding: 'utf8', verdict, ...body },
  }
}

export function aStatusEntry(
  body: Partial<StatusEntry> = {},
  { at = NOON, deviceId = DEVICE }: { readonly at?: Instant; readonly deviceId?: DeviceId } = {},
): NewEntry {
  return {
    kind: 'status',
    at,
    projectId: PROJECT,
    deviceId,
    body: { status: 'ONLINE', connection: 'p-1-1', ...body },
  }
}

export function aConnectionVerdict(verdict: Partial<ConnectionVerdict> = {}): ConnectionVerdict {
  return {
    kind: 'connection',
    outcome: 'accepted',
    code: 'connection-accepted',
    params: {},
    steps: [],
    answer: { mqtt: 0, mqtt5: 0, http: null },
    subject: { address: '192.0.2.7:50514', listener: 'mqtts' },
    at: NOON,
    durationMicros: 812,
    ...verdict,
  }
}

/** Storage that fails where and while a test wants it to (safety Q2). */
export function aFaultyDisk(): {
  readonly faults: Faults
  failAt(point: FaultPoint, sql?: RegExp): void
  heal(): void
} {
  let failing: { readonly point: FaultPoint; readonly sql: RegExp } | undefined
  return {
    faults(point, sql) {
      if (failing?.point === point && failing.sql.test(sql)) throw new Error(`planted fault at ${point}`)
    },
    failAt: (point, sql = /./) => void (failing = { point, sql }),
    heal: () => void (failing = undefined),
  }
}
