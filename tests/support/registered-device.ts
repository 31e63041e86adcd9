import { createHmac } from 'node:crypto'
import type { IClientOptions } from 'mqtt'
import { clientIdOf } from './device-client.ts'
import type { Quayside } from './quayside.ts'

/** A device that is registered with a secret, of a product with one service `Load` of two properties `n`, `twice`. */
export interface RegisteredDevice {
  readonly deviceId: string
  readonly reportTopic: string
  /** For MQTT.js. */
  credentials(): IClientOptions
}

/** Of all devices that `registerDevice` makes. */
export const deviceSecret = 'a-secret-for-the-load'

export async function registerProduct(quayside: Quayside): Promise<string> {
  const property = (name: string) => ({ property_name: name, data_type: 'int', method: 'R' })
  const { status, body } = await quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'load',
    device_type: 'Load',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [
      { service_id: 'Load', service_type: 'Load', properties: [property('n'), property('twice')] },
    ],
  })
  if (status !== 201) throw new Error(`the product was refused: ${JSON.stringify(body)}`)
  return body.product_id
}

export async function registerDevice(
  quayside: Quayside,
  productId: string,
  nodeId: string,
): Promise<RegisteredDevice> {
  const { status, body } = await quayside.api('POST', '/v5/iot/{project}/devices', {
    product_id: productId,
    node_id: nodeId,
    auth_info: { auth_type: 'SECRET', secret: deviceSecret, secure_access: false },
  })
  if (status !== 201) throw new Error(`the device was refused: ${JSON.stringify(body)}`)
  const deviceId: string = body.device_id
  return {
    deviceId,
    reportTopic: `$oc/devices/${deviceId}/sys/properties/report`,
    credentials() {
      const clientId = clientIdOf(deviceId)
      const password = createHmac('sha256', clientId.slice(-10)).update(deviceSecret).digest('hex')
      return { clientId, username: deviceId, password }
    },
  }
}

/** Report `n`: two values that must stay together, at a time of its own. */
export function loadReport(n: number): string {
  const eventTime = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString()
  return JSON.stringify({
    services: [{ service_id: 'Load', properties: { n, twice: 2 * n }, event_time: eventTime }],
  })
}

/** The numbers in the device's history after `after`, in the order of their times. */
export async function storedNumbers(
  quayside: Quayside,
  { deviceId }: Pick<RegisteredDevice, 'deviceId'>,
  after = 0,
): Promise<number[]> {
  const numbers: number[] = []
  const start = Date.UTC(2026, 0, 1) + (after + 1) * 1000
  let marker = ''
  do {
    const path = `/quayside/v1/{project}/devices/${deviceId}/history?service_id=Load&limit=1000&order=asc&start=${start}${marker}`
    const { status, body } = await quayside.api('GET', path)
    if (status !== 200) throw new Error(`no history: ${JSON.stringify(body)}`)
    for (const { values, time } of body.points) {
      const whole =
        values.twice === 2 * values.n && Date.parse(time) === Date.UTC(2026, 0, 1) + values.n * 1000
      if (!whole) throw new Error(`a report was stored in part: ${JSON.stringify({ values, time })}`)
      numbers.push(values.n)
    }
    marker = body.page.marker === undefined ? '' : `&marker=${encodeURIComponent(body.page.marker)}`
  } while (marker !== '')
  return numbers
}
