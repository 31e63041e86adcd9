import type { JsonValue } from '../../base/json.ts'
import type { ServiceModel } from '../product-model/product-model.ts'

/**
 * What is desired of every new device of a product: the default values of its model, by service (device protocol §4.4).
 * Services without any are left out.
 */
export function defaultDesired(
  services: readonly ServiceModel[],
): ReadonlyMap<string, ReadonlyMap<string, JsonValue>> {
  return new Map(
    services.flatMap(({ serviceId, properties }) => {
      const values = properties.flatMap(({ name, defaultValue }) =>
        defaultValue === undefined ? [] : [[name, defaultValue] as const],
      )
      return values.length === 0 ? [] : [[serviceId, new Map(values)] as const]
    }),
  )
}
