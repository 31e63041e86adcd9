import type { MqttClient } from 'mqtt'
import { clientIdOf, connectOnce, publish } from './device-client.ts'
import { makeCa, openWorkbench, signLeaf, verificationCert } from './openssl.ts'
import type { Quayside } from './quayside.ts'

/** A fleet as a small maker of cold-chain loggers would have it, with real devices connected to it. */
export interface Demo {
  readonly productId: string
  /** Is online, has a day of history, and one of its values was refused last. */
  readonly deviceId: string
  readonly caCertificateId: string
  /** Of the connection that the CA without proof made be refused. */
  readonly refusedId: string
  /** Ends the devices' connections. */
  dispose(): Promise<void>
}

const property = (name: string, more: object) => ({ property_name: name, method: 'R', ...more })

const loggerModel = [
  {
    service_id: 'Climate',
    service_type: 'Climate',
    description: 'What the cargo feels',
    properties: [
      property('temperature', { data_type: 'decimal', min: '-40', max: '85', step: 0.1, unit: '°C' }),
      property('humidity', { data_type: 'int', min: '0', max: '100', unit: '%RH' }),
      property('doorOpen', { data_type: 'boolean' }),
    ],
    commands: [
      {
        command_name: 'SET_INTERVAL',
        paras: [{ para_name: 'seconds', data_type: 'int', min: '10', max: '86400', unit: 's' }],
        responses: [],
      },
    ],
  },
  {
    service_id: 'Battery',
    service_type: 'Battery',
    properties: [property('batteryLevel', { data_type: 'int', min: '0', max: '100', step: 1, unit: '%' })],
  },
]

const meterModel = [
  {
    service_id: 'Meter',
    service_type: 'Meter',
    properties: [
      property('activePower', { data_type: 'decimal', min: '0', max: '40000', unit: 'W' }),
      property('energy', { data_type: 'decimal', min: '0', max: '9999999', unit: 'kWh' }),
    ],
  },
]

const STEP_MINUTES = 10

/** Makes the fleet through the API and MQTTS; takes some ten seconds. */
export async function startDemo(quayside: Quayside): Promise<Demo> {
  const bench = openWorkbench()
  const clients: MqttClient[] = []
  const made = async (method: string, path: string, body: object) => {
    const answer = await quayside.api(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const product = (name: string, type: string, industry: string, model: object[]) =>
    made('POST', '/v5/iot/{project}/products', {
      name,
      device_type: type,
      protocol_type: 'MQTT',
      data_format: 'json',
      industry,
      manufacturer_name: 'Harbour Instruments',
      service_capabilities: model,
    })

  const { product_id: loggers } = await product(
    'ColdChainLogger',
    'ColdChainLogger',
    'Logistics',
    loggerModel,
  )
  const { product_id: meters } = await product('EnergyMeter', 'SmartMeter', 'Energy', meterModel)

  const ca = makeCa(bench, {
    name: 'rootCA',
    key: 'p256',
    subject: '/C=CN/ST=GD/L=SZ/O=Harbour/CN=Harbour Device CA',
  })
  const uploaded = await made('POST', '/v5/iot/{project}/certificates', { content: ca.pem })
  const { pem: proof } = verificationCert(bench, ca, uploaded.verify_code, { key: 'p256' })
  await made('POST', `/v5/iot/{project}/certificates/${uploaded.certificate_id}/action?action_id=verify`, {
    verify_content: proof,
  })
  const stranger = makeCa(bench, { name: 'strangerCA', key: 'p256', subject: '/O=Harbour/CN=Workshop CA' })
  await made('POST', '/v5/iot/{project}/certificates', { content: stranger.pem })

  const template = await made('POST', '/v5/iot/{project}/provisioning-templates', {
    template_name: 'harbour-loggers',
    description: 'Loggers from the factory',
    template_body: {
      parameters: { 'iotda::certificate::common_name': { type: 'String' } },
      resources: { device: { node_id: { ref: 'iotda::certificate::common_name' }, product_id: loggers } },
    },
  })
  await made('PUT', `/v5/iot/{project}/certificates/${uploaded.certificate_id}`, {
    template_id: template.template_id,
  })
  await made('POST', '/quayside/v1/{project}/registration-groups', { name: 'Harbour batch' })
  await made('POST', '/v5/iot/{project}/bridges', { bridge_name: 'Harbour bridge', bridge_id: 'harbour' })

  const platformCa = await (
    await fetch(`http://127.0.0.1:${quayside.ports.http}/resources/platform-ca.pem`)
  ).text()
  const register = (productId: string, node: string, name: string, auth: object) =>
    made('POST', '/v5/iot/{project}/devices', {
      product_id: productId,
      node_id: node,
      device_name: name,
      auth_info: auth,
    })
  const dial = (deviceId: string, tls: object, password = '') =>
    connectOnce(`mqtts://localhost:${quayside.ports.mqtts}`, {
      clientId: clientIdOf(deviceId),
      username: deviceId,
      password,
      ca: platformCa,
      ...tls,
    })

  const ids: string[] = []
  for (let number = 1; number <= 9; number++) {
    const node = `CCL-24${String(number).padStart(3, '0')}`
    const leaf = signLeaf(bench, ca, { name: node, key: 'p256', subject: `/O=Harbour/CN=${node}` })
    const device = await register(loggers, node, `Reefer ${String(number).padStart(2, '0')}`, {
      auth_type: 'CERTIFICATES',
      fingerprint: leaf.sha256,
    })
    ids.push(device.device_id)
    // The last two wait for their first connection.
    if (number > 7) continue
    const { client } = await dial(device.device_id, { cert: leaf.pem, key: leaf.keyPem })
    if (!client) throw new Error(`${node}: ${await lastRefusal(quayside)}`)
    await reportDay(client, device.device_id, number)
    if (number > 5) await client.endAsync()
    else clients.push(client)
  }
  for (let number = 1; number <= 4; number++)
    await register(meters, `EM-77${number}`, `Meter hall ${number}`, {
      auth_type: 'SECRET',
      secret: 'a-secret-for-the-demo',
    })
  await made('POST', `/v5/iot/{project}/devices/${ids[5]}/freeze`, {})

  const [deviceId = ''] = ids
  const topic = `$oc/devices/${deviceId}/sys/properties/report`
  const [first] = clients
  if (!first) throw new Error('no device is connected')
  await publish(
    first,
    topic,
    JSON.stringify({ services: [{ service_id: 'Climate', properties: { humidity: 140, doorOpen: false } }] }),
  )

  // Three that are refused, each for a reason of its own.
  const outsider = signLeaf(bench, stranger, {
    name: 'outsider',
    key: 'p256',
    subject: '/O=Harbour/CN=CCL-24008',
  })
  await dial(ids[7] ?? '', { cert: outsider.pem, key: outsider.keyPem })
  const wrong = signLeaf(bench, ca, { name: 'wrong', key: 'p256', subject: '/O=Harbour/CN=CCL-24009' })
  await dial(ids[8] ?? '', { cert: wrong.pem, key: wrong.keyPem })
  await dial(`${meters}_EM-771`, {}, 'not-the-password')

  const refusedId = await refusedFirst(quayside, 3)
  const caCertificateId: string = uploaded.certificate_id
  return {
    productId: loggers,
    deviceId,
    caCertificateId,
    refusedId,
    async dispose() {
      await Promise.all(clients.map((client) => client.endAsync()))
      bench.dispose()
    },
  }
}

/** The id of the first of so many; their verdicts are written beside the answers, not before them. */
async function refusedFirst(quayside: Quayside, count: number): Promise<string> {
  for (;;) {
    const { body } = await quayside.api('GET', '/quayside/v1/{project}/connections?outcome=refused')
    if (body.connections.length === count) return body.connections.at(-1).id
  }
}

async function lastRefusal(quayside: Quayside): Promise<string> {
  const { body } = await quayside.api('GET', '/quayside/v1/{project}/connections?outcome=refused&limit=1')
  return JSON.stringify(body.connections[0])
}

/** A day of a refrigerated container: the compressor's rhythm, a door that opened, a battery that empties. */
async function reportDay(client: MqttClient, deviceId: string, number: number): Promise<void> {
  const now = Date.now()
  const steps = (24 * 60) / STEP_MINUTES
  const topic = `$oc/devices/${deviceId}/sys/properties/report`
  const sent: Promise<unknown>[] = []
  for (let step = steps; step >= 0; step--) {
    const at = now - step * STEP_MINUTES * 60_000
    const opened = step > 60 && step < 66
    const wave = Math.sin(step / 4 + number) * 0.8 + Math.sin(step / 17) * 0.5
    const temperature = Math.round((-18 + wave + (opened ? (66 - step) * 1.7 : 0)) * 10) / 10
    const humidity = Math.round(62 + Math.cos(step / 9 + number) * 8 + (opened ? 12 : 0))
    const services = [
      {
        service_id: 'Climate',
        properties: { temperature, humidity, doorOpen: opened },
        event_time: basic(at),
      },
      {
        service_id: 'Battery',
        properties: { batteryLevel: Math.round(71 + step / 12) },
        event_time: basic(at),
      },
    ]
    sent.push(publish(client, topic, JSON.stringify({ services })))
  }
  await Promise.all(sent)
}

const basic = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
