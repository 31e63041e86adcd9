import { createHmac } from 'node:crypto'
import type { IClientOptions, MqttClient } from 'mqtt'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import vectors from '../vectors/device-protocol-vectors.json' with { type: 'json' }
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import { makeCa, openWorkbench, signLeaf, verificationCert, type Workbench } from '../support/openssl.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { loadReport, registerDevice, registerProduct, storedNumbers } from '../support/registered-device.ts'

/*
 * Device protocol §2.6 A, §3.9: a device that knows its group and nothing else, from the question for an address to a
 * report over its own connection. openssl makes the certificates, and the whole product with two listener threads is the
 * platform.
 */

let quayside: Quayside
let bench: Workbench
let productId: string

beforeAll(async () => {
  bench = openWorkbench()
  quayside = await startQuayside({ QUAYSIDE_LISTENERS: '2', QUAYSIDE_SELF_REGISTERED_DEVICES_MAX: '3' })
  productId = await registerProduct(quayside)
})
afterAll(async () => {
  await quayside.dispose()
  bench.dispose()
})

async function ok(method: string, path: string, body?: unknown, root = '/quayside/v1'): Promise<Body> {
  const answer = await quayside.api(method, `${root}/{project}${path}`, body)
  expect([answer.status < 300, answer.body]).toEqual([true, answer.body])
  return answer.body
}

const hmac = (key: string, message: string) => createHmac('sha256', key).update(message).digest('hex')
const hour = () => clientIdOf('x').slice(-10)
const decoded = (secret: string) => Buffer.from(secret, 'base64').toString()

const connect = (options: IClientOptions, port: 'mqtt' | 'mqtts' = 'mqtts') =>
  connectOnce(`${port}://localhost:${quayside.ports[port]}`, { rejectUnauthorized: false, ...options })

/** As the SDKs do: `{id}_0_{scope}_0_{hour}`, signed in two steps. */
function ofGroup(deviceId: string, { scope_id, secret }: Body): IClientOptions {
  const timestamp = hour()
  const derived = hmac(deviceId, decoded(secret))
  return {
    clientId: `${deviceId}_0_${scope_id}_0_${timestamp}`,
    username: deviceId,
    password: hmac(timestamp, derived),
  }
}

/** A CA of openssl, uploaded and proven. */
async function verifiedCa(name: string) {
  const ca = makeCa(bench, { name, subject: `/CN=${name}`, key: 'p256' })
  const { certificate_id, verify_code } = await ok('POST', '/certificates', { content: ca.pem }, '/v5/iot')
  const proof = verificationCert(bench, ca, verify_code, { name: `${name}-proof`, key: 'p256' })
  const action = `/certificates/${certificate_id}/action?action_id=verify`
  await ok('POST', action, { verify_content: proof.pem }, '/v5/iot')
  return { ca, certificate_id }
}

function vectorOf(wanted: string) {
  const found = vectors.client_id.find(({ id }) => id === wanted)
  if (!found) throw new Error(`no vector ${wanted}`)
  return found
}

/** What the platform answers on `bootstrap/down`. */
async function askAddress(client: MqttClient | undefined, deviceId: string, payload = ''): Promise<Body> {
  if (!client) throw new Error('the device was not let in')
  const answers: Body[] = []
  client.on('message', (topic, message) => answers.push([topic, JSON.parse(message.toString())]))
  await client.subscribeAsync(`$oc/devices/${deviceId}/sys/bootstrap/down`)
  await publish(client, `$oc/devices/${deviceId}/sys/bootstrap/up`, payload)
  await vi.waitFor(() => expect(answers).toHaveLength(1), { timeout: 30_000 })
  expect(answers[0][0]).toBe(`$oc/devices/${deviceId}/sys/bootstrap/down`)
  return answers[0][1]
}

const expectVerdict = (deviceId: string, code: string) =>
  vi.waitFor(
    async () =>
      expect((await ok('GET', `/connections?search=${deviceId}&limit=1`)).connections[0]).toMatchObject({
        code,
      }),
    { timeout: 30_000 },
  )

for (const protocolVersion of [4, 5] as const)
  test(`acceptance 13, topic 15 up, topic 15 down: a device of a group asks for its address, connects there as itself and reports, over MQTT ${protocolVersion}`, async () => {
    const init_config = { services: [{ service_id: 'Load', properties: { n: 1 } }] }
    const group = await ok('POST', '/registration-groups', { name: `line ${protocolVersion}`, init_config })
    const deviceId = `${productId}_v${protocolVersion}`

    const { code, client } = await connect({ ...ofGroup(deviceId, group), protocolVersion })
    expect(code).toBe(0)
    await expectVerdict(deviceId, 'device-registered-by-group')
    const answer = await askAddress(client, deviceId, '{"baseStrategyKeyword":"north"}')
    await client?.endAsync()
    expect(answer).toEqual({
      address: `localhost:${quayside.ports.mqtts}`,
      initConfig: JSON.stringify(init_config),
    })

    const timestamp = hour()
    const own = await connectOnce(`mqtts://${answer.address}`, {
      clientId: `${deviceId}_0_0_${timestamp}`,
      username: deviceId,
      password: hmac(timestamp, hmac(deviceId, decoded(group.secret))),
      rejectUnauthorized: false,
      protocolVersion,
    })
    expect(own.code).toBe(0)
    if (own.client) await publish(own.client, `$oc/devices/${deviceId}/sys/properties/report`, loadReport(1))
    await own.client?.endAsync()
    expect(await storedNumbers(quayside, { deviceId })).toEqual([1])
  })

test('R11: a group whose secret has got out registers so many devices, and the next one is told why; one that goes makes room', async () => {
  const group = await ok('POST', '/registration-groups', { name: 'leaked', product_id: productId })
  const come = async (deviceId: string) => {
    const { code, client } = await connect(ofGroup(deviceId, group))
    await client?.endAsync()
    return code
  }
  const names = ['leak1', 'leak2', 'leak3']
  for (const name of names) expect(await come(name)).toBe(0)

  expect(await come('leak4')).toBe(3)
  await expectVerdict('leak4', 'provisioning-too-many')
  expect((await ok('GET', '/connections?search=leak4&limit=1')).connections[0].sentence).toContain(
    "'leaked' has 3 devices already",
  )
  expect((await quayside.api('GET', '/v5/iot/{project}/devices/leak4')).status).toBe(404)
  for (const name of names) expect(await come(name)).toBe(0)
  await ok('DELETE', '/devices/leak2', undefined, '/v5/iot')
  expect(await come('leak4')).toBe(0)
})

for (const vector of vectors.group_secret)
  test(`vector ${vector.id}: the group secret registers its device, whose secret has 64 characters`, async () => {
    const { device_id: deviceId, group_secret_base64: secret, derived_device_secret: derived } = vector
    await quayside.api('POST', '/v5/iot/{project}/products', {
      ...{ product_id: 'demoprod01', name: 'demo', device_type: 'Demo', protocol_type: 'MQTT' },
      ...{ data_format: 'json', service_capabilities: [] },
    })
    const made = { name: vector.id, secret, product_id: productId }
    const group = await ok('POST', '/registration-groups', made)
    expect(group.secret).toBe(secret)

    const { code, client } = await connect(ofGroup(deviceId, group))
    expect(code).toBe(0)
    expect(await askAddress(client, deviceId)).toEqual({ address: `localhost:${quayside.ports.mqtts}` })
    await client?.endAsync()
    const shown = await ok('GET', `/devices/${deviceId}`, undefined, '/v5/iot')
    expect(shown.auth_info).toMatchObject({ auth_type: 'SECRET', secret: derived, secure_access: true })
    const wanted = deviceId.startsWith('demoprod01_') ? ['demoprod01', 'meter_77'] : [productId, deviceId]
    expect([shown.product_id, shown.node_id]).toEqual(wanted)
  })

test('vector C18, vector C19: a group takes the scope that its devices carry already, by secret and by certificate', async () => {
  const { client_id: bySecret, parsed } = vectorOf('C19')
  const scope_id = parsed?.scope_id
  await quayside.api('POST', '/v5/iot/{project}/products', {
    ...{ product_id: 'dev', name: 'dev', device_type: 'Demo', protocol_type: 'MQTT' },
    ...{ data_format: 'json', service_capabilities: [] },
  })
  // Vector G01 has the same scope.
  await quayside.api('DELETE', `/quayside/v1/{project}/registration-groups/${scope_id}`)
  const group = await ok('POST', '/registration-groups', { name: 'C19', scope_id })
  expect(group.scope_id).toBe(scope_id)
  const again = { name: 'again', scope_id }
  expect((await quayside.api('POST', '/quayside/v1/{project}/registration-groups', again)).status).toBe(400)
  const derived = hmac('dev_1', decoded(group.secret))
  const password = hmac('2024060112', derived)
  const first = await connect({ clientId: bySecret, username: 'dev_1', password })
  expect(first.code).toBe(0)
  expect(await askAddress(first.client, 'dev_1')).toHaveProperty('address')
  await first.client?.endAsync()

  await ok('DELETE', `/registration-groups/${scope_id}`)
  const { ca, certificate_id } = await verifiedCa('scoped')
  const made = { name: 'C18', scope_id, method: 'CERTIFICATES', certificate_id, product_id: productId }
  await ok('POST', '/registration-groups', made)
  const leaf = signLeaf(bench, ca, { name: 'dev1', subject: '/CN=dev1', key: 'p256' })
  const { client_id: clientId } = vectorOf('C18')
  const second = await connect({ clientId, username: 'dev1', cert: leaf.pem, key: leaf.keyPem })
  expect(second.code).toBe(0)
  expect(await askAddress(second.client, 'dev1')).toHaveProperty('address')
  await second.client?.endAsync()
})

test('decision 0013: the connection of a group is for the address alone', async () => {
  const group = await ok('POST', '/registration-groups', { name: 'narrow' })
  const deviceId = `${productId}_narrow`
  const { client } = await connect({ ...ofGroup(deviceId, group), protocolVersion: 5 })
  if (!client) throw new Error('the device was not let in')

  for (const filter of [`$oc/devices/${deviceId}/sys/messages/down`, `$oc/devices/${deviceId}/#`, 'a/b'])
    await expect(client.subscribeAsync(filter)).rejects.toThrow(/Not authorized/)
  const report = publish(client, `$oc/devices/${deviceId}/sys/properties/report`, loadReport(1))
  await expect(report).rejects.toThrow(/Not authorized/)
  const message = { message: 'hello' }
  await ok('POST', `/devices/${deviceId}/messages`, message, '/v5/iot')
  const heard: string[] = []
  client.on('message', (topic) => heard.push(topic))
  expect(await askAddress(client, deviceId)).toHaveProperty('address')
  expect(heard).toEqual([`$oc/devices/${deviceId}/sys/bootstrap/down`])
  await client.endAsync()
  expect(await storedNumbers(quayside, { deviceId })).toEqual([])
})

test('§3.9: a registered device asks on its own connection; what is no JSON, or of a group switched off, is told so', async () => {
  const device = await registerDevice(quayside, productId, 'registered')
  const plain = await connect(device.credentials(), 'mqtt')
  expect(await askAddress(plain.client, device.deviceId)).toEqual({
    address: `localhost:${quayside.ports.mqtts}`,
  })
  await plain.client?.endAsync()
  const again = await connect(device.credentials(), 'mqtt')
  expect(await askAddress(again.client, device.deviceId, '{')).toMatchObject({ errorCode: '100414' })
  await again.client?.endAsync()

  const group = await ok('POST', '/registration-groups', {
    name: 'off',
    access_address: 'iot.example.com:8883',
  })
  const deviceId = `${productId}_off`
  const first = await connect(ofGroup(deviceId, group))
  expect(await askAddress(first.client, deviceId)).toEqual({ address: 'iot.example.com:8883' })
  await first.client?.endAsync()
  const second = await connect(ofGroup(deviceId, group))
  await ok('PUT', `/registration-groups/${group.scope_id}`, { enabled: false })
  expect(await askAddress(second.client, deviceId)).toMatchObject({ errorCode: '100417' })
  await second.client?.endAsync()
  expect((await connect(ofGroup(deviceId, group))).code).toBe(4)
  await expectVerdict(deviceId, 'group-disabled')
})

test('§2.6 A: a device of a group of certificates is registered with the certificate it shows, and may ask again with it', async () => {
  const { ca, certificate_id } = await verifiedCa('line')
  const group = await ok('POST', '/registration-groups', {
    name: 'x',
    method: 'CERTIFICATES',
    certificate_id,
  })
  expect(group).not.toHaveProperty('secret')
  const leaf = signLeaf(bench, ca, { name: 'leaf', subject: '/CN=leaf', key: 'p256' })
  const deviceId = `${productId}_cert`
  const shown = { username: deviceId, cert: leaf.pem, key: leaf.keyPem }

  const { code, client } = await connect({ ...shown, clientId: `${deviceId}_0_${group.scope_id}` })
  expect(code).toBe(0)
  expect(await askAddress(client, deviceId)).toHaveProperty('address')
  await client?.endAsync()
  const own = await connect({ ...shown, clientId: clientIdOf(deviceId) })
  expect(own.code).toBe(0)
  expect(await askAddress(own.client, deviceId), 'registered, by its certificate').toEqual({
    address: `localhost:${quayside.ports.mqtts}`,
  })
  await own.client?.endAsync()
  expect(await ok('GET', `/devices/${deviceId}`, undefined, '/v5/iot')).toMatchObject({
    auth_info: { auth_type: 'CERTIFICATES', fingerprint: leaf.sha256 },
  })
})

test('device protocol §4.4: the defaults of the model are desired of a device that registers itself, and pushed when it comes as itself', async () => {
  const property = { property_name: 'level', data_type: 'int', method: 'RW', default_value: 5 }
  const { product_id } = await ok(
    'POST',
    '/products',
    {
      ...{ name: 'lamp', device_type: 'Lamp', protocol_type: 'MQTT', data_format: 'json' },
      service_capabilities: [{ service_id: 'Lamp', service_type: 'Lamp', properties: [property] }],
    },
    '/v5/iot',
  )
  const group = await ok('POST', '/registration-groups', { name: 'lamps' })
  const deviceId = `${product_id}_d1`
  const first = await connect(ofGroup(deviceId, group))
  expect(first.code).toBe(0)
  await first.client?.endAsync()
  const { shadow } = await ok('GET', `/devices/${deviceId}/shadow`, undefined, '/v5/iot')
  expect(shadow).toMatchObject([{ service_id: 'Lamp', desired: { properties: { level: 5 } }, version: 0 }])

  const timestamp = hour()
  const sent: Body[] = []
  const own = await connect({
    ...{ clientId: `${deviceId}_0_0_${timestamp}`, username: deviceId },
    password: hmac(timestamp, hmac(deviceId, decoded(group.secret))),
  })
  own.client?.on('message', (topic, message) => sent.push([topic, JSON.parse(message.toString())]))
  await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 30_000 })
  await own.client?.endAsync()

  expect(sent[0]).toEqual([
    expect.stringContaining(`$oc/devices/${deviceId}/sys/properties/set/request_id=`),
    { services: [{ service_id: 'Lamp', properties: { level: 5 } }] },
  ])
})

test('§2.6 A: who is refused is told why in the verdict, and leaves no device', async () => {
  const group = await ok('POST', '/registration-groups', { name: 'strict' })
  const wrong = { ...group, secret: Buffer.from('another group key').toString('base64') }
  for (const [deviceId, options, code] of [
    [`${productId}_u`, ofGroup(`${productId}_u`, { ...group, scope_id: 'nosuchscope1' }), 'group-unknown'],
    [`${productId}_w`, ofGroup(`${productId}_w`, wrong), 'group-password-wrong'],
    ['nowhere_1', ofGroup('nowhere_1', group), 'group-product-missing'],
    ['loner', ofGroup('loner', group), 'group-product-unset'],
  ] as const) {
    expect((await connect(options)).code).toBe(code === 'group-unknown' ? 2 : 4)
    await expectVerdict(deviceId, code)
    expect((await quayside.api('GET', `/v5/iot/{project}/devices/${deviceId}`)).status).toBe(404)
  }
  const deviceId = `${productId}_plain`
  expect((await connect(ofGroup(deviceId, group), 'mqtt')).code).toBe(5)
  await expectVerdict(deviceId, 'tls-required')
})

test('ours: a group is listed and shown without its secret, changed, and gone when it is deleted', async () => {
  const { secret, ...made } = await ok('POST', '/registration-groups', {
    name: 'listed',
    product_id: productId,
  })
  expect(decoded(secret)).toMatch(/^[\x20-\x7e]{16,64}$/)
  expect(made.scope_id).toMatch(/^[a-z0-9]{12}$/)
  const path = `/registration-groups/${made.scope_id}`
  expect(await ok('GET', path)).toEqual(made)
  expect((await ok('GET', '/registration-groups')).groups).toContainEqual(made)
  const changed = await ok('PUT', path, { name: 'renamed', product_id: null, init_config: { a: 1 } })
  expect(changed).toMatchObject({ name: 'renamed', init_config: { a: 1 }, enabled: true })
  expect(changed).not.toHaveProperty('product_id')
  expect((await quayside.api('DELETE', `/quayside/v1/{project}${path}`)).status).toBe(204)
  expect((await quayside.api('GET', `/quayside/v1/{project}${path}`)).status).toBe(404)
  for (const body of [
    {},
    { name: 'x', secret: 'not base64!' },
    { name: 'x', secret: Buffer.from('short').toString('base64') },
    { name: 'x', secret: Buffer.from('sixteen bytes \0 and').toString('base64') },
    { name: 'x', method: 'CERTIFICATES' },
    { name: 'x', certificate_id: '0'.repeat(24) },
    { name: 'x', access_address: 'mqtts://host:1' },
    { name: 'x', init_config: { a: 'x'.repeat(20_000) } },
  ])
    expect((await quayside.api('POST', '/quayside/v1/{project}/registration-groups', body)).status).toBe(400)
})
