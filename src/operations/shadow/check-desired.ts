import { limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { JsonObject } from '../../base/json.ts'
import type { ServiceModel } from '../../domain/product-model/product-model.ts'
import { isUsableKey } from '../../domain/report/property-key.ts'
import type { DesiredChange } from '../../domain/shadow/desired-change.ts'
import { desiredSystemServices } from '../../domain/shadow/system-service.ts'

/** One service of an update, as it came. */
export interface AskedChange {
  readonly service_id: string
  readonly desired: Readonly<Record<string, unknown>>
  readonly version?: number
}

/**
 * Refuses a service twice, and what the model does not have (northbound §4.5); services of the SDKs are in no model.
 * Values are not checked against their type: they are what the application says, and the device answers to them.
 */
export function checkDesired(
  services: readonly ServiceModel[],
  asked: readonly AskedChange[],
): readonly DesiredChange[] {
  const seen = new Set<string>()
  return asked.map(({ service_id: serviceId, desired, version }) => {
    if (seen.has(serviceId))
      throw new Refusal('invalid-input', { field: 'shadow', rule: 'must name a service once' })
    seen.add(serviceId)
    checkNames(services, serviceId, Object.keys(desired))
    for (const [property, value] of Object.entries(desired)) checkSize(property, value)
    // Parsed from JSON, so it is JSON.
    return { serviceId, desired: desired as JsonObject, ...(version !== undefined && { version }) }
  })
}

function checkNames(services: readonly ServiceModel[], serviceId: string, names: readonly string[]): void {
  if (desiredSystemServices.has(serviceId)) {
    if (names.every(isUsableKey)) return
    throw new Refusal('invalid-input', {
      field: 'desired',
      rule: `names must have at most ${limits.nameLengthMax} characters, without . and $`,
    })
  }
  const service = services.find((candidate) => candidate.serviceId === serviceId)
  if (!service) throw new Refusal('service-not-in-model', { serviceId })
  for (const property of names)
    if (!service.properties.some(({ name }) => name === property))
      throw new Refusal('property-not-in-model', { serviceId, property })
}

/** What could not be sent to the device in one packet is no use to anybody. */
function checkSize(property: string, value: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(value))
  if (bytes > limits.desiredValueBytesMax)
    throw new Refusal('invalid-input', {
      field: property,
      rule: `must be at most ${limits.desiredValueBytesMax} bytes, not ${bytes}`,
    })
}
