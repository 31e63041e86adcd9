import { strict as assert } from 'node:assert'
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { MqttClient } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectOnce, publish } from '../support/device-client.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { type RegisteredDevice, registerDevice, registerProduct } from '../support/registered-device.ts'

/*
 * Device events (device protocol §3.8) on the whole product: real MQTT clients of both versions, real uploads.
 */

let quayside: Quayside
let productId: string
let number = 0
beforeAll(async () => {
  quayside = await startQuayside()
  productId = await registerProduct(quayside)
  const ca = await fetch(`http://127.0.0.1:${quayside.ports.http}/resources/platform-ca.pem`)
  writeFileSync(join(quayside.dataDir, 'ca.pem'), await ca.text())
})
afterAll(() => quayside.dispose())

const newDevice = (): Promise<RegisteredDevice> => registerDevice(quayside, productId, `n${++number}`)

interface Event {
  readonly object_device_id?: string
  readonly service: Body
  readonly raw: string
}

/** A device that is connected, with what comes down on its events topic. */
class Connected {
  readonly deviceId: string
  readonly client: MqttClient
  private readonly came: Event[] = []
  private readonly waiting: (() => void)[] = []

  constructor(deviceId: string, client: MqttClient) {
    this.deviceId = deviceId
    this.client = client
    client.on('message', (topic, payload) => {
      assert.equal(topic, `$oc/devices/${deviceId}/sys/events/down`)
      const { services, ...envelope } = JSON.parse(payload.toString())
      // Device protocol §3.8.1: one, for the C SDK keeps three at most.
      assert.equal(services.length, 1)
      this.came.push({ ...envelope, service: services[0], raw: payload.toString() })
      for (const wake of this.waiting.splice(0)) wake()
    })
  }

  send(services: readonly object[] | string, envelope: object = {}): Promise<unknown> {
    const payload = typeof services === 'string' ? services : JSON.stringify({ ...envelope, services })
    return publish(this.client, `$oc/devices/${this.deviceId}/sys/events/up`, payload)
  }

  /** The next event of that type, in the order in which they come. */
  async next(eventType: string): Promise<Event> {
    for (;;) {
      const at = this.came.findIndex(({ service }) => service.event_type === eventType)
      if (at >= 0) return this.came.splice(at, 1)[0] as Event
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
  }

  async ask(service: object, eventType: string, envelope: object = {}): Promise<Event> {
    await this.send([service], envelope)
    return this.next(eventType)
  }

  end(): Promise<unknown> {
    return this.client.endAsync()
  }
}

async function connect(
  device: RegisteredDevice,
  protocolVersion: 4 | 5,
  subscribe = false,
): Promise<Connected> {
  const { client, code } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, {
    ...device.credentials(),
    protocolVersion,
  })
  if (!client) throw new Error(`CONNACK ${code}`)
  const connected = new Connected(device.deviceId, client)
  if (subscribe) await client.subscribeAsync(`$oc/devices/${device.deviceId}/sys/events/down`, { qos: 1 })
  return connected
}

const own = async (
  method: string,
  device: { deviceId: string },
  path: string,
  body?: unknown,
): Promise<Body> => {
  const answer = await quayside.api(method, `/quayside/v1/{project}/devices/${device.deviceId}${path}`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

/** What was said of a device's uplinks, newest first; it is acted on behind its PUBACK. */
const noticesOf = async (device: { deviceId: string }): Promise<Body[]> =>
  (await own('GET', device, '/entries?kinds=notice')).entries.map(({ body }: Body) => body)

const run = promisify(execFile)
const curl = async (...args: string[]): Promise<string> =>
  (await run('curl', ['-sS', '--cacert', join(quayside.dataDir, 'ca.pem'), '--max-time', '20', ...args]))
    .stdout

describe.each([
  ['3.1.1', 4, false],
  ['3.1.1 with a subscription at QoS 1', 4, true],
  ['5.0', 5, false],
] as const)('MQTT %s', (_, version, subscribe) => {
  let device: RegisteredDevice
  let connected: Connected
  beforeAll(async () => {
    device = await newDevice()
    connected = await connect(device, version, subscribe)
  })
  afterAll(() => connected.end())

  test('acceptance 7: time sync with a number, and with a text as Python sends it', async () => {
    const before = Date.now()
    const ask = (time: unknown) =>
      connected.ask(
        {
          ...{ service_id: '$time_sync', event_type: 'time_sync_request', event_time: '20240102T030405Z' },
          paras: { device_send_time: time },
        },
        'time_sync_response',
      )

    const first = await ask(1_704_164_645_000)
    const second = await ask('1704164645000')

    for (const { raw, service } of [first, second]) {
      expect(raw).toContain('"device_send_time":1704164645000,"server_recv_time":')
      expect(raw).not.toContain('null')
      expect(service.service_id).toBe('$time_sync')
      expect(service.paras.server_recv_time).toBeGreaterThanOrEqual(before - 1)
      expect(service.paras.server_send_time).toBeGreaterThanOrEqual(service.paras.server_recv_time)
    }
  })

  test('§3.8.10: SDK and versions are in the device; null erases nothing; several events in one payload', async () => {
    const event = (paras: object) => ({
      service_id: '$sdk_info',
      event_type: 'sdk_info_report',
      event_id: null,
      paras,
    })
    const versions = {
      service_id: '$ota',
      event_type: 'version_report',
      paras: { sw_version: '2.0.1', fw_version: '1.4' },
    }

    await connected.send(
      [versions, event({ device_sdk_version: 'JAVA_v1.2.1', sw_version: null, fw_version: null })],
      {
        object_device_id: device.deviceId,
      },
    )
    await connected.ask(
      { service_id: '$oh_soft_bus', event_type: 'soft_bus_config_request' },
      'soft_bus_config_response',
    )

    const { body } = await quayside.api('GET', `/v5/iot/{project}/devices/${device.deviceId}`)
    expect(body).toMatchObject({ device_sdk_version: 'JAVA_v1.2.1', sw_version: '2.0.1', fw_version: '1.4' })
    const list = await quayside.api('GET', `/v5/iot/{project}/devices?device_name=&node_id=n${number}`)
    expect(list.body.devices[0]).toMatchObject({ sw_version: '2.0.1' })
    expect(await own('GET', device, '')).toMatchObject({
      device_sdk_version: 'JAVA_v1.2.1',
      fw_version: '1.4',
    })
  })

  test('§3.8.5: a version query reaches the device, and its answer the device record', async () => {
    const { sent } = await own('POST', device, '/version-query', {})
    const { service } = await connected.next('version_query')

    expect([sent, service.service_id, service.paras]).toEqual([true, '$ota', {}])
    expect(service.event_id).toHaveLength(36)
  })

  test('§3.8.13, §3.8.11: no soft bus, no rules; the event id comes back', async () => {
    const bus = await connected.ask(
      {
        service_id: '$oh_soft_bus',
        event_type: 'soft_bus_config_request',
        event_id: 'e-1',
        paras: { bus_id: 'bus-1' },
      },
      'soft_bus_config_response',
    )
    const rules = await connected.ask(
      {
        service_id: '$device_rule',
        event_type: 'device_rule_config_request',
        paras: { ruleIds: ['rule-41'], delIds: [] },
      },
      'device_rule_config_response',
    )

    expect(bus.service).toMatchObject({ event_id: 'e-1', paras: { bus_count: 0, bus_infos: [] } })
    expect(rules.service.paras).toEqual({ rulesInfos: [] })
    expect(rules.service).not.toHaveProperty('event_id')
  })

  test('§3.8.6: a file goes up with curl as the C SDK sends it, is listed, comes down, and is deleted', async () => {
    const content = randomBytes(200_000)
    const file = join(quayside.dataDir, 'trace.log')
    writeFileSync(file, content)
    const hash_code = createHash('sha256').update(content).digest('hex')

    const { service } = await connected.ask(
      {
        ...{ service_id: '$file_manager', event_type: 'get_upload_url', event_time: '20240102T030405Z' },
        paras: { file_name: 'trace.log', hash_code, size: content.length },
      },
      'get_upload_url_response',
    )
    const { url, object_name, bucket_name, expire, file_attributes } = service.paras
    expect(url).toMatch(new RegExp(`^https://localhost:${quayside.ports.https}/[^?]+/trace\\.log\\?`))
    expect([object_name, bucket_name, expire]).toEqual([
      `${device.deviceId}/trace.log`,
      quayside.credentials.projectId,
      3600,
    ])
    expect(file_attributes).toEqual({ hash_code, size: content.length })
    expect(await curl('-T', file, '-H', 'Content-Type: text/plain', '-w', '%{http_code}', url)).toBe('200')
    // The C SDK takes the name from the path of the address.
    const [path] = url.slice(url.indexOf('/', 8)).split('?')
    await connected.send([
      {
        ...{ service_id: '$file_manager', event_type: 'upload_result_report' },
        paras: { object_name: path, result_code: 0, status_code: 200, status_description: 'ok' },
      },
    ])

    const down = await connected.ask(
      {
        ...{ service_id: '$file_manager', event_type: 'get_download_url' },
        paras: { file_name: object_name, file_attributes: { size: 99 } },
      },
      'get_download_url_response',
    )
    await curl('-o', `${file}.back`, down.service.paras.url)
    expect(readFileSync(`${file}.back`).equals(content)).toBe(true)
    const { files } = await own('GET', device, '/files')
    expect(files).toMatchObject([{ file_name: 'trace.log', size: content.length, sha256: hash_code }])
    const shown = await own('GET', device, `/files/${files[0].file_id}`)
    expect(await curl('-o', '/dev/null', '-w', '%{http_code} %{size_download}', shown.url)).toBe('200 200000')
    await own('DELETE', device, `/files/${files[0].file_id}`)
    expect((await own('GET', device, '/files')).files).toEqual([])
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', shown.url)).toBe('404')
  })

  test('§3.8.6: what is not there has an address that says 404, and a notice', async () => {
    const { service } = await connected.ask(
      { service_id: '$file_manager', event_type: 'get_download_url', paras: { file_name: 'map.bin' } },
      'get_download_url_response',
    )

    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', service.paras.url)).toBe('404')
    await connected.send([
      {
        ...{ service_id: '$file_manager', event_type: 'download_result_report' },
        paras: { object_name: 'map.bin', result_code: 1, status_code: 404, status_description: 'no' },
      },
    ])
    await expect
      .poll(async () => (await noticesOf(device))[0])
      .toMatchObject({ code: 'file-missing', params: { file: 'map.bin' } })
  })

  test('§3.8.7: the log is switched on, reported, read, and switched off', async () => {
    const on = await own('PUT', device, '/log-switch', {
      switch: 'on',
      end_time: Date.now() + 3_600_000 + '',
    })
    const { service } = await connected.next('log_config')
    expect([on.switch, on.delivery.sent]).toEqual(['on', true])
    expect(service).toMatchObject({
      service_id: '$log',
      paras: { switch: 'on', end_time: expect.stringMatching(/^\d{8}T\d{6}Z$/) },
    })

    const report = (event_type: string, paras: object) => ({ service_id: '$log', event_type, paras })
    await connected.send([
      report('log_report', { timestamp: '1704164700000', type: 'DEVICE_STATUS', content: 'login success' }),
      report('security_log_report', {
        timestamp: '1704164700000',
        type: 'MEMORY_REPORT',
        content: { total: 65_536 },
      }),
      report('log_report', { type: 'DEVICE_STATUS' }),
    ])
    await own('PUT', device, '/log-switch', { switch: 'off' })
    expect((await connected.next('log_config')).service.paras.switch).toBe('off')

    const { logs } = await own('GET', device, '/logs')
    expect(logs).toMatchObject([
      { category: 'security', type: 'MEMORY_REPORT', content: { total: 65_536 } },
      {
        category: 'log',
        type: 'DEVICE_STATUS',
        content: 'login success',
        log_time: '2024-01-02T03:05:00.000Z',
      },
    ])
    expect((await own('GET', device, '/logs?category=log')).logs).toHaveLength(1)
    expect((await own('GET', device, '/logs?type=NONE')).logs).toEqual([])
    expect((await own('GET', device, '/log-switch')).switch).toBe('off')
    await expect
      .poll(async () => (await noticesOf(device))[0])
      .toMatchObject({ code: 'payload-invalid', params: { field: 'paras.content', rule: 'is required' } })
  })

  test('§3.8.8: a configuration is sent, answered, and its answer read', async () => {
    const task = await own('POST', device, '/config-tasks', {
      config_content: { report_interval: 30, mode: 'eco' },
    })
    const { service } = await connected.next('config_update')
    expect([task.state, task.delivery.sent, task.attempts]).toEqual(['pending', true, 1])
    expect(service).toMatchObject({
      service_id: '$device_config',
      paras: { config_content: { report_interval: 30, mode: 'eco' } },
    })

    const answer = {
      service_id: '$device_config',
      event_type: 'config_update_response',
      paras: { result_code: 0, description: 'applied' },
    }
    await connected.send([answer])
    await connected.send([answer])
    await connected.ask(
      { service_id: '$oh_soft_bus', event_type: 'soft_bus_config_request' },
      'soft_bus_config_response',
    )

    const { config_tasks: tasks } = await own('GET', device, '/config-tasks')
    expect(tasks[0]).toMatchObject({
      task_id: task.task_id,
      state: 'succeeded',
      result_code: 0,
      description: 'applied',
    })
    expect((await noticesOf(device))[0]).toMatchObject({ code: 'config-answer-unexpected' })
  })
})

test('acceptance: what was asked for while the device was away is sent when it connects, once', async () => {
  const device = await newDevice()
  const first = await own('POST', device, '/config-tasks', { config_content: { v: 1 } })
  const second = await own('POST', device, '/config-tasks', { config_content: { v: 2 }, days: 1 })
  const logSwitch = await own('PUT', device, '/log-switch', { switch: 'on' })
  expect([first.delivery.sent, second.delivery.code, logSwitch.delivery.code]).toEqual([
    false,
    'device-offline',
    'device-offline',
  ])

  const connected = await connect(device, 4, true)

  expect((await connected.next('log_config')).service.paras.switch).toBe('on')
  expect((await connected.next('config_update')).service.paras).toEqual({ config_content: { v: 2 } })
  // Another subscription makes the platform look again, and nothing comes twice.
  await connected.client.subscribeAsync(`$oc/devices/${device.deviceId}/sys/messages/down`, { qos: 1 })
  await connected.end()
  const { config_tasks: tasks } = await own('GET', device, '/config-tasks')
  expect(tasks.map(({ state, attempts }: Body) => [state, attempts])).toEqual([
    ['pending', 1],
    ['superseded', 0],
  ])

  const again = await connect(device, 5)
  expect((await again.next('config_update')).service.paras).toEqual({ config_content: { v: 2 } })
  await own('DELETE', device, `/config-tasks/${second.task_id}`)
  expect((await own('GET', device, '/config-tasks')).config_tasks[0].state).toBe('cancelled')
  await again.end()
})

test('§3.0.3: a gateway speaks for its children: their versions, logs and files are theirs; of others nothing is taken', async () => {
  const gateway = await newDevice()
  const stranger = await newDevice()
  const { body: child } = await quayside.api('POST', '/v5/iot/{project}/devices', {
    ...{ product_id: productId, node_id: `n${++number}`, gateway_id: gateway.deviceId },
  })
  const ofChild = { deviceId: child.device_id as string }
  const connected = await connect(gateway, 4)
  const services = [
    { service_id: '$ota', event_type: 'version_report', paras: { sw_version: '7' } },
    { service_id: '$log', event_type: 'log_report', paras: { type: 'DEVICE_STATUS', content: 'up' } },
  ]

  await connected.send(services, { object_device_id: ofChild.deviceId })
  await connected.send(services, { object_device_id: stranger.deviceId })
  const upload = await connected.ask(
    { service_id: '$file_manager', event_type: 'get_upload_url', paras: { file_name: 'a' } },
    'get_upload_url_response',
    { object_device_id: ofChild.deviceId },
  )
  expect(upload.object_device_id).toBe(ofChild.deviceId)
  expect(
    await curl('-T', join(quayside.dataDir, 'ca.pem'), '-w', '%{http_code}', upload.service.paras.url),
  ).toBe('200')
  const { delivery } = await own('PUT', ofChild, '/log-switch', { switch: 'on' })
  const told = await connected.next('log_config')

  expect([delivery.sent, told.object_device_id]).toEqual([true, ofChild.deviceId])
  expect((await own('GET', ofChild, '')).sw_version).toBe('7')
  expect((await own('GET', ofChild, '/logs')).logs).toMatchObject([{ content: 'up' }])
  expect((await own('GET', ofChild, '/files')).files).toMatchObject([{ file_name: 'a' }])
  expect((await own('GET', stranger, '')).sw_version).toBeUndefined()
  expect((await own('GET', stranger, '/logs')).logs).toEqual([])
  expect((await own('GET', gateway, '/logs')).logs).toEqual([])
  expect((await noticesOf(gateway))[0]).toMatchObject({ code: 'object-device-foreign' })
  await connected.end()

  const again = await connect(gateway, 4)
  expect((await again.next('log_config')).object_device_id, 'what is due to a child').toBe(ofChild.deviceId)
  await again.end()
})

test('S11: bad input of each kind crashes nothing, is acknowledged, and the trace says why, in both languages', async () => {
  const device = await newDevice()
  const connected = await connect(device, 4)
  const bad: [string | object[], string][] = [
    ['{', 'payload-not-json'],
    ['\xff', 'payload-not-json'],
    ['[]', 'payload-invalid'],
    ['{"services":{}}', 'payload-invalid'],
    [[{ service_id: 5 }], 'payload-invalid'],
    [
      [{ service_id: '$time_sync', event_type: 'time_sync_request', paras: { device_send_time: 'noon' } }],
      'payload-invalid',
    ],
    [[{ service_id: '$sdk_info', event_type: 'sdk_info_report', paras: {} }], 'payload-invalid'],
    [[{ service_id: '$ota', event_type: 'version_report', paras: {} }], 'payload-invalid'],
    [
      [{ service_id: '$ota', event_type: 'upgrade_progress_report', paras: { result_code: 12 } }],
      'payload-invalid',
    ],
    [
      [{ service_id: '$log', event_type: 'log_report', paras: { type: 'A', content: {} } }],
      'payload-invalid',
    ],
    [[{ service_id: '$device_config', event_type: 'config_update_response' }], 'payload-invalid'],
    [
      [
        {
          service_id: '$file_manager',
          event_type: 'get_upload_url',
          paras: { file_name: '../../etc/passwd' },
        },
      ],
      'payload-invalid',
    ],
    [
      [
        {
          service_id: '$file_manager',
          event_type: 'upload_result_report',
          paras: { object_name: 'x', result_code: 0 },
        },
      ],
      'file-missing',
    ],
    [
      [{ service_id: '$device_rule', event_type: 'device_rule_config_request', paras: { ruleIds: 5 } }],
      'payload-invalid',
    ],
    [[{ service_id: '$unheard', event_type: 'of' }], 'event-unknown'],
    [
      [
        { service_id: '__proto__', event_type: 'constructor' },
        { service_id: '$toString', event_type: 'x' },
      ],
      'event-unknown',
    ],
  ]
  for (const [services] of bad) await connected.send(services)
  await connected.ask(
    { service_id: '$oh_soft_bus', event_type: 'soft_bus_config_request' },
    'soft_bus_config_response',
  )

  const notices = await noticesOf(device)

  expect(notices.map(({ code }) => code).toReversed()).toEqual(bad.map(([, code]) => code))
  for (const { sentence, remedy } of notices) {
    expect(sentence).not.toContain('{')
    expect(remedy).not.toBe('')
  }
  await connected.end()
})
