import { spawnSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import vectors from '../vectors/device-protocol-vectors.json' with { type: 'json' }
import { connectOnce } from '../support/device-client.ts'
import { type Quayside, startQuayside } from '../support/quayside.ts'
import {
  loadReport,
  type RegisteredDevice,
  registerDevice,
  registerProduct,
  storedNumbers,
} from '../support/registered-device.ts'

let quayside: Quayside
let productId: string
let number = 0
const aDevice = (): Promise<RegisteredDevice> => registerDevice(quayside, productId, `h${++number}`)
beforeAll(async () => {
  quayside = await startQuayside()
  productId = await registerProduct(quayside)
  return () => quayside.dispose()
})

const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(`http://127.0.0.1:${quayside.ports.http}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const text = await answer.text()
  return { status: answer.status, text, body: text === '' ? undefined : JSON.parse(text) }
}
const credentials = (device: RegisteredDevice, over: object = {}) => {
  const { clientId = '', password } = device.credentials()
  return {
    ...{
      device_id: device.deviceId,
      sign_type: 0,
      timestamp: clientId.slice(-10),
      password: String(password),
    },
    ...over,
  }
}
const logIn = async (device: RegisteredDevice): Promise<string> => {
  const { status, body } = await post('/v5/device-auth', credentials(device))
  expect(status).toBe(200)
  expect(body).toEqual({ access_token: expect.stringMatching(/^\w{32,256}$/), expires_in: 86399 })
  return body.access_token
}
const send = (device: Pick<RegisteredDevice, 'deviceId'>, path: string, body: unknown, token: string) =>
  post(`/v5/devices/${device.deviceId}/sys/${path}`, body, { access_token: token })
const shown = async ({ deviceId }: RegisteredDevice) =>
  (await quayside.api('GET', `/v5/iot/{project}/devices/${deviceId}`)).body

test('device protocol §8 line 16, §5: token, report, message; 200 with an empty body once durable; the device is ONLINE', async () => {
  const device = await aDevice()
  expect((await shown(device)).status).toBe('INACTIVE')
  const token = await logIn(device)

  expect(await send(device, 'properties/report', loadReport(1), token)).toMatchObject({
    status: 200,
    text: '',
  })
  expect(await send(device, 'messages/up', 'anything', token)).toMatchObject({ status: 200, text: '' })

  expect(await storedNumbers(quayside, device)).toEqual([1])
  expect((await shown(device)).status).toBe('ONLINE')
  const { body } = await quayside.api(
    'GET',
    `/quayside/v1/{project}/devices/${device.deviceId}/entries?kinds=message-up`,
  )
  expect(body.entries[0].body).toMatchObject({ payload: 'anything' })
})

test.for(['1.0', '1.1'])(
  'device protocol §5, §5.1: curl over HTTPS, HTTP/%s, gets a token as well',
  async (version) => {
    const device = await aDevice()
    const { stdout } = spawnSync('curl', [
      ...['-sk', `--http${version}`, '-H', 'content-type: application/json'],
      ...[
        '-d',
        JSON.stringify(credentials(device)),
        `https://127.0.0.1:${quayside.ports.https}/v5/device-auth`,
      ],
    ])
    expect(JSON.parse(stdout.toString())).toMatchObject({ expires_in: 86399 })
  },
)

const p02 = vectors.password.find(({ id }) => id === 'P02')
test('device protocol §5.1, vector P02: the password of the documentation is right', async () => {
  if (!p02) throw new Error('no vector')
  const { body } = await quayside.api('POST', '/v5/iot/{project}/devices', {
    ...{ product_id: productId, node_id: 'p02' },
    auth_info: { auth_type: 'SECRET', secret: p02.secret, secure_access: false },
  })
  const answer = await post('/v5/device-auth', {
    ...{ device_id: body.device_id, sign_type: 0, timestamp: p02.timestamp, password: p02.password },
  })
  expect(answer.status).toBe(200)
})

for (const [what, over, field] of [
  ['no device_id', { device_id: undefined }, 'device_id'],
  ['a device_id that is none', { device_id: 'a b' }, 'device_id'],
  ['sign type 2', { sign_type: 2 }, 'sign_type'],
  ['a timestamp of nine digits', { timestamp: '202601010' }, 'timestamp'],
  ['a short password', { password: 'short' }, 'password'],
] as const)
  test(`device protocol §5.2: ${what} is 400 IOTDA.000006, and says which field`, async () => {
    const { status, body } = await post('/v5/device-auth', credentials(await aDevice(), over))
    expect(status).toBe(400)
    expect(body.error_code).toBe('IOTDA.000006')
    expect(body.error_msg).toContain(field)
  })

test('device protocol §5.2, safety S2: a wrong password, an unknown and a frozen device look alike: 401 IOTDA.000002, with a verdict for the operator', async () => {
  const device = await aDevice()
  const wrong = await post('/v5/device-auth', credentials(device, { password: 'f'.repeat(64) }))
  const unknown = await post('/v5/device-auth', credentials(device, { device_id: 'nobody' }))
  await quayside.api('POST', `/v5/iot/{project}/devices/${device.deviceId}/freeze`)
  const frozen = await post('/v5/device-auth', credentials(device))

  expect(wrong).toMatchObject({ status: 401, body: { error_code: 'IOTDA.000002' } })
  expect([unknown, frozen]).toEqual([wrong, wrong])
  const path = `/quayside/v1/{project}/connections?outcome=refused&search=${device.deviceId}`
  await expect
    .poll(async () => (await quayside.api('GET', path)).body.connections)
    .toMatchObject([
      { code: 'device-frozen', subject: { listener: 'http' } },
      { code: 'password-wrong', subject: { listener: 'http' } },
    ])
})

test('device protocol §5.2: no token, another text, and the token of another device are 403 IOTDA.000004', async () => {
  const [device, other] = [await aDevice(), await aDevice()]
  const token = await logIn(other)
  for (const given of ['', 'x'.repeat(48), token])
    expect(await send(device, 'properties/report', loadReport(1), given)).toMatchObject({
      status: 403,
      body: { error_code: 'IOTDA.000004' },
    })
  expect(await storedNumbers(quayside, device)).toEqual([])
})

test('safety S7: a token ends with the secret it rests on, with freezing, and with the device', async () => {
  const [reset, frozen, deleted] = [await aDevice(), await aDevice(), await aDevice()]
  const tokens = await Promise.all([reset, frozen, deleted].map(logIn))
  await quayside.api('POST', `/v5/iot/{project}/devices/${reset.deviceId}/action?action_id=resetSecret`, {
    secret: 'another-secret-of-it',
  })
  await quayside.api('POST', `/v5/iot/{project}/devices/${frozen.deviceId}/freeze`)
  await quayside.api('DELETE', `/v5/iot/{project}/devices/${deleted.deviceId}`)

  for (const [index, device] of [reset, frozen, deleted].entries())
    expect((await send(device, 'messages/up', 'x', tokens[index] ?? '')).status).toBe(403)
})

test('device protocol §2.10: freezing ends what made a device ONLINE over HTTP, too; unfreezing gives OFFLINE', async () => {
  const device = await aDevice()
  await logIn(device)
  expect((await shown(device)).status).toBe('ONLINE')

  await quayside.api('POST', `/v5/iot/{project}/devices/${device.deviceId}/freeze`)
  expect((await shown(device)).status).toBe('FROZEN')
  await quayside.api('POST', `/v5/iot/{project}/devices/${device.deviceId}/unfreeze`)

  await expect.poll(async () => (await shown(device)).status).toBe('OFFLINE')
  // And back.
  expect((await send(device, 'properties/report', loadReport(1), await logIn(device))).status).toBe(200)
  expect((await shown(device)).status).toBe('ONLINE')
})

test('device protocol §5.1: a token survives a restart of the platform', async () => {
  const device = await aDevice()
  const token = await logIn(device)
  await quayside.stop()
  quayside = await quayside.restart()

  expect((await send(device, 'properties/report', loadReport(2), token)).status).toBe(200)
  expect((await shown(device)).status).toBe('ONLINE')
})

test('device protocol §8 line 16, §5.2: a batch is a report of each child, or nothing of it is taken', async () => {
  const [gateway, other] = [await aDevice(), await aDevice()]
  const addChild = async (nodeId: string, gatewayId: string): Promise<string> => {
    const child = { product_id: productId, node_id: nodeId, gateway_id: gatewayId }
    return (await quayside.api('POST', '/v5/iot/{project}/devices', child)).body.device_id
  }
  const child = await addChild('http-child', gateway.deviceId)
  const grandchild = await addChild('http-grandchild', child)
  const foreign = await addChild('http-foreign', other.deviceId)
  const token = await logIn(gateway)
  const batch = (...ids: readonly string[]) => ({
    devices: ids.map((device_id) => ({ device_id, ...JSON.parse(loadReport(7)) })),
  })
  const path = 'gateway/sub-devices/properties/report'

  expect((await send(gateway, path, batch(child, grandchild, gateway.deviceId), token)).status).toBe(200)
  expect(await send(gateway, path, batch(child, foreign), token)).toMatchObject({
    status: 400,
    body: { error_code: 'IOTDA.021104' },
  })

  for (const deviceId of [child, grandchild, gateway.deviceId])
    expect(await storedNumbers(quayside, { deviceId })).toEqual([7])
  expect(await storedNumbers(quayside, { deviceId: foreign })).toEqual([])
})

test('device protocol §2.9: a device that comes over MQTT keeps its session, whatever it sends over HTTP', async () => {
  const device = await aDevice()
  const { client } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, device.credentials())
  let isClosed = false
  client?.on('close', () => (isClosed = true))
  const token = await logIn(device)
  expect((await send(device, 'properties/report', loadReport(1), token)).status).toBe(200)

  expect(isClosed).toBe(false)
  await client?.endAsync()
})

test('device protocol §5.2: what cannot be stored is refused, with the reason', async () => {
  const device = await aDevice()
  const token = await logIn(device)
  for (const [path, body, status, code] of [
    ['properties/report', 'no json', 400, 'IOTDA.000006'],
    ['properties/report', { services: [] }, 400, 'IOTDA.000006'],
    ['properties/report', 'x'.repeat(65 * 1024), 403, 'IOTDA.021105'],
    ['messages/up', 'x'.repeat(1024 * 1024 + 1), 403, 'IOTDA.021105'],
    [
      'gateway/sub-devices/properties/report',
      { devices: [{ device_id: 'nobody', services: [] }] },
      400,
      'IOTDA.021104',
    ],
    [
      'gateway/sub-devices/properties/report',
      { devices: Array.from({ length: 51 }, () => ({ device_id: device.deviceId, services: [] })) },
      403,
      'IOTDA.021103',
    ],
  ] as const)
    expect(await send(device, path, body, token), path).toMatchObject({ status, body: { error_code: code } })
})

test('safety S2: who fails too often is told to wait: 403 IOTDA.021101', async () => {
  const wrong = {
    device_id: 'd',
    sign_type: 0,
    timestamp: '2026010100',
    password: createHmac('sha256', '').digest('hex'),
  }
  let last = { status: 0, body: { error_code: '' } }
  for (let attempt = 0; attempt < 70; attempt++) last = await post('/v5/device-auth', wrong)
  expect(last).toMatchObject({ status: 403, body: { error_code: 'IOTDA.021101' } })
})
