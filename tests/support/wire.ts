import type { Tenant } from './api.ts'

/** Bodies as clients of the API send them; each test states only what it is about. */

export const aWireProperty = (over: Readonly<Record<string, unknown>> = {}) => ({
  property_name: 'batteryLevel',
  data_type: 'int',
  method: 'RW',
  ...over,
})

export const aWireService = (over: Readonly<Record<string, unknown>> = {}) => ({
  service_id: 'Battery',
  service_type: 'Battery',
  properties: [aWireProperty()],
  ...over,
})

export const aWireProduct = (over: Readonly<Record<string, unknown>> = {}) => ({
  name: 'meter',
  device_type: 'meter',
  protocol_type: 'MQTT',
  data_format: 'json',
  service_capabilities: [aWireService()],
  ...over,
})

let count = 0
/** A name that no other test of the run has. */
export const unique = (prefix: string): string => `${prefix}-${++count}`

/** Creates a product and answers its id. */
export async function createdProduct(
  tenant: Tenant,
  over: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { body } = await tenant.call('POST', '/products', aWireProduct(over))
  return body.product_id as string
}
