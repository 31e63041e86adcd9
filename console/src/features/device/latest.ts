import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import { deviceKey, type ModelProperty, type Place, type ProductModel } from './device.ts'
import type { ReportedService } from './reports.ts'

export type Latest = Reply<'GET /quayside/v1/{project_id}/devices/{device_id}/latest'>
export type LatestService = Latest['services'][number]
export type LatestValue = LatestService['properties'][number]

/** `language` is part of the key: why a value was refused comes in it. */
export const latestQuery = (place: Place, language: string) =>
  queryOptions({
    queryKey: [...deviceKey(place), 'latest', language],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices/{device_id}/latest', {
        params: { project_id: place.projectId, device_id: place.deviceId },
        signal,
      }),
  })

/**
 * The latest values after some reports have come, by the platform's own rule: what is older than what is known
 * changes nothing, where age is the device's time, but never later than the time of receipt.
 */
export function withReports(latest: Latest, reports: readonly ReportedService[]): Latest {
  const services = new Map(latest.services.map((service) => [service.service_id, service]))
  for (const report of reports)
    services.set(report.serviceId, withReport(services.get(report.serviceId), report))
  return { services: [...services.values()] }
}

function withReport(
  service: LatestService = { service_id: '', properties: [] },
  { serviceId, time, receivedAt, values }: ReportedService,
): LatestService {
  const age = Math.min(time, receivedAt)
  const properties = new Map(service.properties.map((value) => [value.property, value]))
  const times = { time: new Date(time).toISOString(), received_at: new Date(receivedAt).toISOString() }
  let stored = false
  for (const { property, outcome, seen, code = '', sentence = '', remedy = '', rule } of values) {
    const before = properties.get(property) ?? { property }
    if (outcome === 'refused') {
      if (receivedAt < ageOf(before)) continue
      const refused = { at: times.received_at, code, sentence, remedy, seen, ...(rule && { rule }) }
      properties.set(property, { ...before, refused })
    } else if (age >= ageOf(before)) {
      stored = true
      // A null takes the property's value away.
      properties.set(property, seen === null ? { property } : { property, value: seen, ...times })
    }
  }
  return {
    ...service,
    service_id: serviceId,
    ...(stored && times),
    properties: [...properties.values()],
  }
}

/** The last value that was reported of a property and stored; undefined: none. */
export const reportedOf = (latest: Latest | undefined, serviceId: string, property: string): unknown =>
  latest?.services
    .find(({ service_id: id }) => id === serviceId)
    ?.properties.find(({ property: name }) => name === property)?.value

const ageOf = ({ time, received_at: receivedAt }: LatestValue): number =>
  time === undefined ? -Infinity : Math.min(Date.parse(time), Date.parse(receivedAt ?? time))

/** A property as its card shows it: what the model says of it, and what the device said last. */
export interface ShownProperty {
  readonly name: string
  readonly model: ModelProperty | undefined
  readonly latest: LatestValue | undefined
}
export interface ShownService {
  readonly serviceId: string
  readonly description: string
  readonly time: string | undefined
  readonly properties: readonly ShownProperty[]
}

/**
 * Services and properties in the order of the model, those never reported among them; behind them what the device
 * reported before the model was changed.
 */
export function shownServices(model: ProductModel | undefined, latest: Latest): readonly ShownService[] {
  const modelled = model?.service_capabilities ?? []
  const reported = new Map(latest.services.map((service) => [service.service_id, service]))
  const ids = new Set([...modelled.map(({ service_id: id }) => id), ...reported.keys()])
  return [...ids].map((serviceId) => {
    const service = reported.get(serviceId)
    const inModel = modelled.find(({ service_id: id }) => id === serviceId)
    const models = new Map((inModel?.properties ?? []).map((property) => [property.property_name, property]))
    const values = new Map((service?.properties ?? []).map((value) => [value.property, value]))
    return {
      serviceId,
      description: inModel?.description ?? '',
      time: service?.time,
      properties: [...new Set([...models.keys(), ...values.keys()])].map((name) => ({
        name,
        model: models.get(name),
        latest: values.get(name),
      })),
    }
  })
}

const numericTypes: readonly string[] = ['int', 'long', 'decimal']

/** Whether its values are numbers; of what no model tells, what it said last decides. */
export const isNumeric = ({ model, latest }: Pick<ShownProperty, 'model' | 'latest'>): boolean =>
  model ? numericTypes.includes(model.data_type) : typeof latest?.value === 'number'
