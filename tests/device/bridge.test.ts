import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type BridgeClient,
  bridgeCredentials,
  connectBridge,
  registerBridge,
  type RegisteredBridge,
} from '../support/bridge-client.ts'
import { connectOnce } from '../support/device-client.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import {
  deviceSecret,
  loadReport,
  registerDevice,
  type RegisteredDevice,
  registerProduct,
  storedNumbers,
} from '../support/registered-device.ts'

/*
 * Bridges and the devices that they speak for, over real sockets, as the Java and the C SDK do it (device protocol
 * §3.10).
 */

let quayside: Quayside
let product: string
let devices = 0

beforeAll(async () => {
  quayside = await startQuayside()
  product = await registerProduct(quayside)
})
afterAll(() => quayside.dispose())

const aDevice = () => registerDevice(quayside, product, `node${++devices}`)

async function api(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await quayside.api(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}
const statusOf = async (deviceId: string) =>
  (await api('GET', `/v5/iot/{project}/devices/${deviceId}`)).status
const entries = async (deviceId: string, kinds: string): Promise<Body[]> =>
  (await api('GET', `/quayside/v1/{project}/devices/${deviceId}/entries?kinds=${kinds}`)).entries
const bridgeStatus = async (bridgeId: string) =>
  (await api('GET', '/v5/iot/{project}/bridges')).bridges.find((one: Body) => one.bridge_id === bridgeId)
    ?.status

/** Looks again until it holds. */
async function eventually<T>(look: () => Promise<T>, isMet: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look()
    if (isMet(seen)) return seen
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
const isOffline = (deviceId: string) =>
  eventually(
    () => statusOf(deviceId),
    (seen) => seen === 'OFFLINE',
  )

async function aLoggedIn(protocolVersion: 4 | 5 = 4): Promise<{
  readonly bridge: RegisteredBridge
  readonly through: BridgeClient
  readonly device: RegisteredDevice
}> {
  const [bridge, device] = [await registerBridge(quayside), await aDevice()]
  const through = await connectBridge(quayside, bridge, protocolVersion)
  expect(await through.logIn(device.deviceId, deviceSecret)).toEqual({ result_code: 0 })
  return { bridge, through, device }
}

for (const [sdk, protocolVersion, signType] of [
  ['Java, 3.1.1, sign type 1', 4, 1],
  ['C, 5.0, sign type 0', 5, 0],
] as const)
  test(`device protocol §3.10, ${sdk}: login, report, logout; the status follows, and that of the bridge its connection`, async () => {
    const [bridge, device] = [await registerBridge(quayside), await aDevice()]
    const { deviceId } = device
    expect(await bridgeStatus(bridge.bridgeId)).toBe('OFFLINE')
    const through = await connectBridge(quayside, bridge, protocolVersion)
    expect(await bridgeStatus(bridge.bridgeId)).toBe('ONLINE')
    expect(await statusOf(deviceId)).toBe('INACTIVE')

    expect(await through.logIn(deviceId, deviceSecret, { sign_type: signType })).toEqual({ result_code: 0 })
    expect(await statusOf(deviceId)).toBe('ONLINE')
    await through.send(deviceId, 'sys/properties/report', loadReport(1))
    await through.send(deviceId, 'sys/properties/report?encoding=gzip', gzipSync(loadReport(2)))
    expect(await storedNumbers(quayside, device)).toEqual([1, 2])

    expect(await through.request(deviceId, 'logout', {})).toEqual({ result_code: 0 })
    expect(await statusOf(deviceId)).toBe('OFFLINE')
    const [offline, verdict, online] = await entries(deviceId, 'status,connection')
    expect(offline.body).toMatchObject({ status: 'OFFLINE', cause: 'logged-out' })
    expect(online.body.status ?? verdict.body.status).toBe('ONLINE')
    await through.end()
  })

for (const protocolVersion of [4, 5] as const)
  test(`device protocol §3.10, topic 16 up, topic 16 down: messages, property set and get, commands and shadow go through the bridge, unasked, on MQTT level ${protocolVersion}`, async () => {
    const { through, device, bridge } = await aLoggedIn(protocolVersion)
    const { deviceId } = device
    const answers = async (below: string, responseBelow: string, body: object) => {
      const { topic, body: asked } = await through.next(deviceId, below)
      const requestId = topic.slice(topic.indexOf('request_id=') + 'request_id='.length)
      await through.send(deviceId, `${responseBelow}/request_id=${requestId}`, body)
      return asked
    }

    const [command, asked] = await Promise.all([
      api('POST', `/v5/iot/{project}/devices/${deviceId}/commands`, { paras: { on: true } }),
      answers('sys/commands/request_id=', 'sys/commands/response', { result_code: 0, paras: { done: 1 } }),
    ])
    expect(asked).toEqual({ paras: { on: true } })
    expect(command.response).toMatchObject({ result_code: 0, paras: { done: 1 } })

    const services = [{ service_id: '$device_rule', properties: { 'rule-41': { version: 3 } } }]
    const [set, toSet] = await Promise.all([
      api('PUT', `/v5/iot/{project}/devices/${deviceId}/properties`, { services }),
      answers('sys/properties/set/request_id=', 'sys/properties/set/response', { result_code: 0 }),
    ])
    expect(toSet).toEqual({ services })
    expect(set.response).toEqual({ result_code: 0 })

    const [got] = await Promise.all([
      api('GET', `/v5/iot/{project}/devices/${deviceId}/properties?service_id=Load`),
      answers('sys/properties/get/request_id=', 'sys/properties/get/response', {
        services: [{ service_id: 'Load', properties: { n: 7, twice: 14 } }],
      }),
    ])
    expect(got.response.services).toMatchObject([{ properties: { n: 7 } }])

    await api('POST', `/v5/iot/{project}/devices/${deviceId}/messages`, { message: 'hello' })
    expect((await through.next(deviceId, 'sys/messages/down')).body).toMatchObject({ content: 'hello' })
    await through.send(deviceId, 'sys/messages/up', 'anything')
    expect(await entries(deviceId, 'message-up')).toMatchObject([{ body: { payload: 'anything' } }])

    await through.send(deviceId, 'sys/shadow/get/request_id=s1', {})
    const shadow = await through.next(deviceId, 'sys/shadow/get/response/request_id=s1')
    expect(shadow.body).toMatchObject({
      object_device_id: deviceId,
      shadow: [{ service_id: 'Load', reported: { properties: { n: 7, twice: 14 } } }],
    })
    expect((await entries(deviceId, 'connection'))[0].body.subject).toMatchObject({
      ...{ device_id: deviceId, bridge_id: bridge.bridgeId },
    })
    await through.end()
  })

for (const [sdk, protocolVersion, signType, path] of [
  ['Java', 4, 1, 'sys/gateway/sub_devices/properties/report'],
  ['C, which leaves out /sys', 5, 0, 'gateway/sub_devices/properties/report'],
] as const)
  test(`device protocol §3.10, §8 line 14, ${sdk}: login, report, a batch for children, an event, a command to a child, logout`, async () => {
    const [bridge, device] = [await registerBridge(quayside), await aDevice()]
    const { deviceId } = device
    const { device_id: childId } = await api('POST', '/v5/iot/{project}/devices', {
      ...{ product_id: product, node_id: `child${protocolVersion}`, gateway_id: deviceId },
    })
    const through = await connectBridge(quayside, bridge, protocolVersion)
    expect(await through.logIn(deviceId, deviceSecret, { sign_type: signType })).toEqual({ result_code: 0 })
    const services = (n: number) => [{ service_id: 'Load', properties: { n, twice: 2 * n } }]

    await through.send(deviceId, 'sys/properties/report', loadReport(1))
    await through.send(deviceId, path, { devices: [{ device_id: childId, services: services(2) }] })
    const { shadow } = await api('GET', `/v5/iot/{project}/devices/${childId}/shadow`)
    expect(shadow).toMatchObject([{ reported: { properties: { n: 2, twice: 4 } } }])

    await through.send(deviceId, 'sys/events/up', {
      services: [
        { service_id: '$time_sync', event_type: 'time_sync_request', paras: { device_send_time: 1000 } },
      ],
    })
    const { body: event } = await through.next(deviceId, 'sys/events/down')
    expect(event.services).toMatchObject([
      { event_type: 'time_sync_response', paras: { device_send_time: 1000 } },
    ])

    const answered = async () => {
      const { topic, body } = await through.next(deviceId, 'sys/commands/request_id=')
      const requestId = topic.slice(topic.indexOf('request_id=') + 'request_id='.length)
      await through.send(deviceId, `sys/commands/response/request_id=${requestId}`, { result_code: 0 })
      return body
    }
    const [asked] = await Promise.all([
      answered(),
      api('POST', `/v5/iot/{project}/devices/${childId}/commands`, { paras: { on: true } }),
    ])
    expect(asked).toMatchObject({ object_device_id: childId, paras: { on: true } })

    expect(await storedNumbers(quayside, device)).toEqual([1])
    expect(await through.request(deviceId, 'logout', {})).toEqual({ result_code: 0 })
    await through.end()
  })

test('our API tells which devices are logged in through which bridge', async () => {
  const { through, device, bridge } = await aLoggedIn()
  const other = await aDevice()
  await through.logIn(other.deviceId, deviceSecret)
  const listed = async () =>
    (await api('GET', '/quayside/v1/{project}/bridges')).bridges.find(
      (one: Body) => one.bridge_id === bridge.bridgeId,
    )
  const path = `/quayside/v1/{project}/bridges/${bridge.bridgeId}/devices`

  expect(await listed()).toMatchObject({
    ...{ name: 'A bridge', status: 'ONLINE', devices: 2 },
    address: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
  })
  expect(await api('GET', path)).toEqual({
    devices: [device.deviceId, other.deviceId].toSorted().map((device_id) => ({ device_id, name: null })),
    count: 2,
  })
  expect(await api('GET', `${path}?limit=1&offset=1`)).toMatchObject({ devices: [{}], count: 2 })
  await through.end()
  await isOffline(other.deviceId)
  expect(await eventually(listed, ({ status }) => status === 'OFFLINE')).toMatchObject({ devices: 0 })
  expect(await api('GET', path)).toEqual({ devices: [], count: 0 })
})

test('device protocol §2.11: what waited for a device is sent when it has logged in', async () => {
  const [bridge, { deviceId }] = [await registerBridge(quayside), await aDevice()]
  await api('POST', `/v5/iot/{project}/devices/${deviceId}/messages`, { message: 'kept' })
  const through = await connectBridge(quayside, bridge)

  await through.logIn(deviceId, deviceSecret)

  expect((await through.next(deviceId, 'sys/messages/down')).body).toMatchObject({ content: 'kept' })
  await through.end()
})

test('device protocol §1.5: a filter of the bridge raises what comes down to QoS 1; only its own topics can be subscribed to', async () => {
  const { through, device, bridge } = await aLoggedIn()
  const topic = `$oc/bridges/${bridge.bridgeId}/devices/+/sys/messages/down`
  const qos: number[] = []
  through.client.on('packetreceive', (packet) => packet.cmd === 'publish' && qos.push(packet.qos))

  expect(await through.client.subscribeAsync(topic, { qos: 1 })).toMatchObject([{ qos: 1 }])
  for (const filter of [
    `$oc/devices/${device.deviceId}/#`,
    '$oc/bridges/#',
    '$oc/bridges/other/devices/#',
    'a',
  ])
    await expect(through.client.subscribeAsync(filter), filter).rejects.toThrow()
  await api('POST', `/v5/iot/{project}/devices/${device.deviceId}/messages`, { message: 'hello' })

  await through.next(device.deviceId, 'sys/messages/down')
  expect(qos).toEqual([1])
  await through.end()
})

test('device protocol §3.10: result code 1 for wrong credentials, 2 for an unknown device, 3 for the rest; each with a verdict', async () => {
  const [bridge, { deviceId }] = [await registerBridge(quayside), await aDevice()]
  const child = await api('POST', '/v5/iot/{project}/devices', {
    ...{ product_id: product, node_id: 'child-of-it', gateway_id: deviceId },
    auth_info: { secret: deviceSecret },
  })
  const through = await connectBridge(quayside, bridge)

  expect(await through.logIn(deviceId, 'not-the-secret')).toEqual({ result_code: 1 })
  expect(await through.logIn(deviceId, deviceSecret, { sign_type: 1, timestamp: '2020010100' })).toEqual({
    result_code: 1,
  })
  expect(await through.logIn('nobody', deviceSecret)).toEqual({ result_code: 2 })
  expect(await through.logIn(child.device_id, deviceSecret)).toEqual({ result_code: 3 })
  expect(await through.logIn(deviceId, deviceSecret, { timestamp: 'now' })).toEqual({ result_code: 3 })
  expect(await through.request(deviceId, 'login', [])).toEqual({ result_code: 3 })
  await api('POST', `/v5/iot/{project}/devices/${deviceId}/freeze`)
  expect(await through.logIn(deviceId, deviceSecret)).toEqual({ result_code: 3 })

  const codes = await eventually(
    async () => (await entries(deviceId, 'connection')).map(({ body }: Body) => body.code),
    (seen) => seen.length === 3,
  )
  expect(codes).toEqual(['device-frozen', 'signed-hour-outside', 'password-wrong'])
  const notices = await eventually(
    () => entries(deviceId, 'notice'),
    (seen) => seen.length === 2,
  )
  expect(notices).toMatchObject([
    { body: { code: 'payload-invalid' } },
    { body: { code: 'payload-invalid' } },
  ])
  expect(await statusOf(deviceId)).toBe('FROZEN')
  await through.end()
})

test('safety S3: a bridge speaks neither for devices of another project, nor for those that are not logged in, nor as another bridge', async () => {
  const { through, device, bridge } = await aLoggedIn(5)
  const other = await aDevice()
  const direct = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, {
    ...other.credentials(),
    protocolVersion: 5,
  })
  const refusedWith = (topic: string) =>
    through.client.publishAsync(topic, loadReport(1), { qos: 1 }).then(
      () => 0,
      (fault: Error & { code?: number }) => fault.code,
    )

  expect(await refusedWith(through.topic(other.deviceId, 'sys/properties/report'))).toBe(0x87)
  expect(await refusedWith(`$oc/devices/${device.deviceId}/sys/properties/report`)).toBe(0x87)
  expect(await refusedWith(`$oc/bridges/other/devices/${device.deviceId}/sys/properties/report`)).toBe(0x87)
  expect(await refusedWith(through.topic(device.deviceId, 'sys/commands/request_id=1'))).toBe(0x87)
  expect(await refusedWith(through.topic(device.deviceId, 'sys/nothing'))).toBe(0x90)
  expect(await through.request(other.deviceId, 'logout', {})).toEqual({ result_code: 2 })
  expect(
    await through.request(other.deviceId, 'reset_secret', {
      old_secret: deviceSecret,
      new_secret: 'a-new-secret',
    }),
  ).toEqual({ result_code: 2, paras: {} })

  expect(await storedNumbers(quayside, other)).toEqual([])
  expect(await statusOf(other.deviceId)).toBe('ONLINE')
  const notices = await eventually(
    () => entries(other.deviceId, 'notice'),
    (seen) => seen.length === 3,
  )
  for (const { body } of notices)
    expect(body).toMatchObject({
      code: 'bridge-device-not-logged-in',
      params: { device: other.deviceId, bridge: bridge.bridgeId },
      sentence: expect.stringContaining(other.deviceId),
    })
  await direct.client?.endAsync()
  await through.end()
})

test('device protocol §3.10: a new secret is told in both places, and is what the device logs in with; the old one must be right', async () => {
  const { through, device } = await aLoggedIn()
  const { deviceId } = device
  const reset = (old_secret: string, new_secret: string) =>
    through.request(deviceId, 'reset_secret', { old_secret, new_secret })

  expect(await reset('not-the-secret', 'newsecret02')).toEqual({ result_code: 1, paras: {} })
  expect(await reset(deviceSecret, 'short')).toEqual({ result_code: 3, paras: {} })
  expect(await reset(deviceSecret, 'newsecret02')).toEqual({
    ...{ result_code: 0, new_secret: 'newsecret02' },
    paras: { new_secret: 'newsecret02' },
  })

  expect(await statusOf(deviceId), 'it stays logged in').toBe('ONLINE')
  expect(await through.logIn(deviceId, deviceSecret)).toEqual({ result_code: 1 })
  expect(await through.logIn(deviceId, 'newsecret02')).toEqual({ result_code: 0 })
  const audited = await entries(deviceId, 'audit')
  expect(audited.map(({ body }: Body) => [body.action, body.outcome])).toEqual([
    ['device.reset-secret', 'done'],
    ['device.reset-secret', 'denied'],
  ])
  expect(JSON.stringify(await entries(deviceId, 'audit,notice,connection,request'))).not.toContain(
    'newsecret02',
  )
  await through.end()
})

test('device protocol §2.9: a device that logs in elsewhere is taken over without going OFFLINE; the old bridge is told', async () => {
  const { through, device } = await aLoggedIn()
  const { deviceId } = device
  const second = await connectBridge(quayside, await registerBridge(quayside))

  expect(await second.logIn(deviceId, deviceSecret)).toEqual({ result_code: 0 })
  await through.next(deviceId, 'sys/disconnect')
  await second.send(deviceId, 'sys/properties/report', loadReport(1))
  await through.send(deviceId, 'sys/properties/report', loadReport(2))
  expect(await storedNumbers(quayside, device)).toEqual([1])

  // It comes by itself, and then through a bridge again.
  const direct = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, device.credentials())
  await second.next(deviceId, 'sys/disconnect')
  const closed = new Promise<void>((resolve) => direct.client?.once('close', () => resolve()))
  expect(await through.logIn(deviceId, deviceSecret)).toEqual({ result_code: 0 })
  await closed

  expect((await entries(deviceId, 'status')).map(({ body }: Body) => body.status)).toEqual([
    'ONLINE',
    'ONLINE',
    'ONLINE',
    'ONLINE',
  ])
  await through.end()
  await isOffline(deviceId)
  await second.end()
})

test('device protocol §3.10: when the bridge ends its devices go OFFLINE, also when a second connection of it takes over', async () => {
  const { through, device, bridge } = await aLoggedIn()
  const closed = new Promise<void>((resolve) => through.client.once('close', () => resolve()))

  const second = await connectBridge(quayside, bridge)
  await isOffline(device.deviceId)
  expect(await bridgeStatus(bridge.bridgeId)).toBe('ONLINE')
  await closed
  expect(await second.logIn(device.deviceId, deviceSecret)).toEqual({ result_code: 0 })
  await second.end()

  await isOffline(device.deviceId)
  expect((await entries(device.deviceId, 'status'))[0].body).toMatchObject({ cause: 'bridge-offline' })
  await eventually(
    () => bridgeStatus(bridge.bridgeId),
    (seen) => seen === 'OFFLINE',
  )
})

test('safety X9: a device that is frozen, or has another secret, is logged out at once; a deleted bridge is cut', async () => {
  const { through, device, bridge } = await aLoggedIn()
  const { deviceId } = device

  await api('POST', `/v5/iot/{project}/devices/${deviceId}/freeze`)
  await through.next(deviceId, 'sys/disconnect')
  await api('POST', `/v5/iot/{project}/devices/${deviceId}/unfreeze`)
  expect(await through.logIn(deviceId, deviceSecret)).toEqual({ result_code: 0 })

  const closed = new Promise<void>((resolve) => through.client.once('close', () => resolve()))
  await api('DELETE', `/v5/iot/{project}/bridges/${bridge.bridgeId}`)
  await closed
  await isOffline(deviceId)
  const { code } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, {
    ...bridgeCredentials(bridge),
    protocolVersion: 4,
  })
  expect(code).toBe(4)
})
