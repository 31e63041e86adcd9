import Type, { type Static } from 'typebox'
import { formatIso, type Instant } from '../../base/instant.ts'
import type { Latest, RefusedValue } from '../../domain/shadow/latest.ts'
import { type Language, renderVerdict } from '../../domain/verdict/render.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { milliTime } from '../fields/fields.ts'
import { operation } from '../operation.ts'

const RefusedBody = Type.Object(
  {
    at: milliTime(),
    code: Type.String({ description: 'One of GET /quayside/v1/verdicts.' }),
    sentence: Type.String(),
    remedy: Type.String(),
    seen: Type.Optional(Type.Unknown({ description: 'The value that was refused, unless it is large.' })),
    rule: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'The rule that refused it, unless it is large.',
      }),
    ),
  },
  { description: 'There while the newest report of the property was refused.' },
)

const PropertyBody = Type.Object({
  property: Type.String(),
  value: Type.Optional(Type.Unknown({ description: 'Absent when none was ever stored.' })),
  time: Type.Optional(milliTime()),
  received_at: Type.Optional(milliTime()),
  refused: Type.Optional(RefusedBody),
})

const ServiceBody = Type.Object({
  service_id: Type.String(),
  time: Type.Optional(milliTime()),
  received_at: Type.Optional(milliTime()),
  properties: Type.Array(PropertyBody),
})

export const showLatest = operation({
  id: 'ShowLatest',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/latest',
  tag: 'shadow',
  summary: 'Get the latest value of every property, and what was refused since',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: Type.Object({
    services: Type.Array(ServiceBody, {
      description: 'In the order of their ids. One without times never had a value stored.',
    }),
  }),
  async run({ store, readLatest }, { params, caller, language }) {
    const { deviceId } = await requireDevice(store, caller.projectId, params.device_id)
    return { services: servicesOf(await readLatest(deviceId), language) }
  },
})

type Service = Static<typeof ServiceBody>
type Property = Static<typeof PropertyBody>

/** Stored values and refused ones side by side, services and properties in the order of their names. */
function servicesOf({ services, refused }: Latest, language: Language): Service[] {
  const all = new Map<
    string,
    { readonly times: Omit<Service, 'service_id' | 'properties'>; readonly properties: Map<string, Property> }
  >()
  for (const { serviceId, time, receivedAt, values } of services) {
    const properties = values.map(({ property, value, ...times }): [string, Property] => [
      property,
      { property, value, ...timesOf(times) },
    ])
    all.set(serviceId, { times: timesOf({ time, receivedAt }), properties: new Map(properties) })
  }
  for (const one of refused) {
    const { serviceId, property } = one
    const service = all.get(serviceId) ?? { times: {}, properties: new Map<string, Property>() }
    const stored = service.properties.get(property) ?? { property }
    service.properties.set(property, { ...stored, refused: refusedBody(one, language) })
    all.set(serviceId, service)
  }
  return [...all].toSorted(byName).map(([serviceId, { times, properties }]) => ({
    service_id: serviceId,
    ...times,
    properties: [...properties].toSorted(byName).map(([, property]) => property),
  }))
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) => (a < b ? -1 : 1)

const timesOf = ({ time, receivedAt }: { readonly time?: Instant; readonly receivedAt?: Instant }) => ({
  ...(time !== undefined && { time: formatIso(time) }),
  ...(receivedAt !== undefined && { received_at: formatIso(receivedAt) }),
})

const refusedBody = (
  { at, code, params, seen, rule }: RefusedValue,
  language: Language,
): Static<typeof RefusedBody> => ({
  at: formatIso(at),
  code,
  ...renderVerdict({ code, params }, language),
  ...(seen !== undefined && { seen }),
  ...(rule !== undefined && { rule }),
})
