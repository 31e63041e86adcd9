import Type, { type Static } from 'typebox'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { Refusal } from '../../base/refusal.ts'
import type { ServiceModel } from '../../domain/product-model/product-model.ts'
import { defaultDesired } from '../../domain/shadow/default-desired.ts'
import { anyObject, nameText } from '../fields/fields.ts'

export const InitialDesired = Type.Array(
  Type.Object({
    // The reference says at most 32 characters here, and 64 where the service is declared.
    service_id: nameText(64),
    desired: anyObject(
      'Property to value. An empty object clears the defaults of the service; null removes one property.',
    ),
  }),
  { description: 'Initial desired values; they override the defaults of the product.' },
)

type Desired = { readonly [serviceId: string]: JsonObject }

/**
 * The desired state a new device begins with: the defaults of its product model, then what the caller asks for
 * (northbound §4.2, §4.5). Refuses a property the model lacks; values are not checked against their type.
 */
export function initialDesired(
  services: readonly ServiceModel[],
  asked: Static<typeof InitialDesired>,
): Desired {
  const desired = new Map(defaultDesired(services))
  for (const { service_id: serviceId, desired: values } of asked) {
    const service = services.find((candidate) => candidate.serviceId === serviceId)
    if (!service) throw new Refusal('service-not-in-model', { serviceId })
    const isCleared = Object.keys(values).length === 0
    const properties = new Map<string, JsonValue>(isCleared ? [] : desired.get(serviceId))
    for (const [property, value] of Object.entries(values)) {
      if (!service.properties.some(({ name }) => name === property)) {
        throw new Refusal('property-not-in-model', { serviceId, property })
      }
      if (value === null) properties.delete(property)
      else properties.set(property, value as JsonValue) // Parsed from JSON, so it is JSON.
    }
    desired.set(serviceId, properties)
  }
  return Object.fromEntries(
    [...desired]
      .filter(([, properties]) => properties.size > 0)
      .map(([serviceId, properties]) => [serviceId, Object.fromEntries(properties)]),
  )
}
