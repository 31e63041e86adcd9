import Type, { type Static } from 'typebox'
import { formatBasic, type Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import type { DeviceId } from '../../base/ids.ts'
import type { Shadow } from '../../domain/shadow/shadow.ts'
import { anyObject, basicTime } from '../fields/fields.ts'

const Section = Type.Object({ properties: anyObject('Property to value.'), event_time: basicTime() })

const ServiceBody = Type.Object({
  service_id: Type.String(),
  desired: Type.Optional(Section),
  reported: Type.Optional(Section),
  version: Type.Integer({ description: 'Starts at 0; grows with every change.' }),
})

export const ShadowBody = Type.Object({ device_id: Type.String(), shadow: Type.Array(ServiceBody) })

/** A shadow on the wire (northbound §4.5): sections that are not there are left out. */
export const shadowBody = (deviceId: DeviceId, shadow: readonly Shadow[]): Static<typeof ShadowBody> => ({
  device_id: deviceId,
  shadow: shadow.map(({ serviceId, desired, reported, version }) => ({
    service_id: serviceId,
    ...(desired && { desired: sectionBody(desired) }),
    ...(reported && { reported: sectionBody(reported) }),
    version,
  })),
})

const sectionBody = ({
  properties,
  time,
}: {
  readonly properties: JsonObject
  readonly time: Instant
}): Static<typeof Section> => ({ properties, event_time: formatBasic(time) })
