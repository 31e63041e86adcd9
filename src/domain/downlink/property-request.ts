import { Buffer } from 'node:buffer'
import type { JsonObject } from '../../base/json.ts'
import type { Addressee } from './command.ts'
import { childOf } from './message.ts'

/** Values that a device is to take on, of one service. */
export interface ServiceProperties {
  readonly serviceId: string
  readonly properties: JsonObject
}

export const propertySetTopic = ({ carrierId }: Addressee, requestId: string): string =>
  `$oc/devices/${carrierId}/sys/properties/set/request_id=${requestId}`

/** Device protocol §3.5. */
export const propertySetPayload = (
  addressee: Addressee,
  services: readonly ServiceProperties[],
): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      ...childOf(addressee),
      services: services.map(({ serviceId, properties }) => ({ service_id: serviceId, properties })),
    }),
    'utf8',
  )

export const propertyGetTopic = ({ carrierId }: Addressee, requestId: string): string =>
  `$oc/devices/${carrierId}/sys/properties/get/request_id=${requestId}`

/** Device protocol §3.6: without `serviceId` all services are meant, and the key is left out, since null breaks Python. */
export const propertyGetPayload = (addressee: Addressee, serviceId: string | undefined): Uint8Array =>
  Buffer.from(JSON.stringify({ ...childOf(addressee), service_id: serviceId }), 'utf8')
