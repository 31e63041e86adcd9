import type { IClientOptions } from 'mqtt'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import {
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { loadReport, registerProduct, storedNumbers } from '../support/registered-device.ts'

/*
 * Device protocol §2.6 B: a device with a certificate under a CA that lets devices register themselves, from its first
 * CONNECT to its history. openssl makes the certificates, and the whole product with two listener threads is the platform.
 */

let quayside: Quayside
let bench: Workbench
let productId: string
let ca: Issued
let caId: string
let templateId: string

beforeAll(async () => {
  bench = openWorkbench()
  quayside = await startQuayside({ QUAYSIDE_LISTENERS: '2' })
  productId = await registerProduct(quayside)
  ca = makeCa(bench, { name: 'line', subject: '/CN=Line 4', key: 'p256' })
  caId = await addCa(ca)
  const template = await ok('POST', '/provisioning-templates', {
    template_name: 'line-4',
    template_body: templateBody(productId),
  })
  templateId = template.template_id
  await ok('PUT', `/certificates/${caId}`, { provision_enable: true, template_id: templateId })
})
afterAll(async () => {
  await quayside.dispose()
  bench.dispose()
})

const ref = (field: string) => ({ ref: `iotda::certificate::${field}` })
const templateBody = (product: string) => ({
  parameters: {
    'iotda::certificate::common_name': { type: 'String' },
    'iotda::certificate::serial_number': { type: 'String' },
  },
  resources: {
    device: {
      node_id: ref('common_name'),
      device_name: ref('serial_number'),
      product_id: product,
      tags: [{ tag_key: 'line', tag_value: '4' }],
    },
  },
})

async function ok(method: string, path: string, body?: unknown, root = '/v5/iot'): Promise<Body> {
  const answer = await quayside.api(method, `${root}/{project}${path}`, body)
  expect([answer.status < 300, answer.body]).toEqual([true, answer.body])
  return answer.body
}

async function addCa(issued: Issued): Promise<string> {
  const { certificate_id: id, verify_code: code } = await ok('POST', '/certificates', { content: issued.pem })
  const proof = verificationCert(bench, issued, code, { name: `proof-${id}`, key: 'p256' })
  await ok('POST', `/certificates/${id}/action?action_id=verify`, { verify_content: proof.pem })
  return id
}

const leafOf = (name: string, subject = `/serialNumber=SN-${name}/CN=${name}`, under = ca): Issued =>
  signLeaf(bench, under, { name, subject, key: 'p256' })

const connect = (deviceId: string, { pem, keyPem }: Issued, options: IClientOptions = {}) =>
  connectOnce(`mqtts://localhost:${quayside.ports.mqtts}`, {
    clientId: clientIdOf(deviceId),
    username: deviceId,
    cert: pem,
    key: keyPem,
    rejectUnauthorized: false,
    ...options,
  })

const verdictsOf = async (deviceId: string): Promise<Body[]> =>
  (await ok('GET', `/connections?search=${deviceId}&limit=100`, undefined, '/quayside/v1')).connections

/** The verdict of a refusal is written beside the answer, not before it. */
const expectVerdict = (deviceId: string, verdict: object) =>
  vi.waitFor(async () => expect((await verdictsOf(deviceId))[0]).toMatchObject(verdict), { timeout: 30_000 })

for (const protocolVersion of [4, 5] as const)
  test(`§2.6 B: a device registers itself with its first CONNECT and reports, over MQTT ${protocolVersion}`, async () => {
    const name = `first-${protocolVersion}`
    const leaf = leafOf(name)
    const deviceId = `${productId}_${name}`

    const { code, client } = await connect(deviceId, leaf, { protocolVersion })
    expect(code).toBe(0)
    if (client) await publish(client, `$oc/devices/${deviceId}/sys/properties/report`, loadReport(1))
    await client?.endAsync()

    expect(await storedNumbers(quayside, { deviceId })).toEqual([1])
    expect(await ok('GET', `/devices/${deviceId}`)).toMatchObject({
      device_id: deviceId,
      node_id: name,
      device_name: `SN-${name}`,
      product_id: productId,
      auth_info: { auth_type: 'CERTIFICATES', fingerprint: leaf.sha256, secure_access: true },
    })
    await expectVerdict(deviceId, {
      outcome: 'noted',
      code: 'device-registered',
      sentence: expect.stringContaining("The provisioning template 'line-4' registered it"),
      subject: { device_id: deviceId, fingerprint: leaf.sha256 },
    })
    const again = await connect(deviceId, leaf, { protocolVersion })
    await again.client?.endAsync()
    expect(again.code).toBe(0)
    await expectVerdict(deviceId, { code: 'connection-accepted' })
  })

test('§2.6 B: connections of one new device at the same time, on two threads, register it once', async () => {
  const leaf = leafOf('race')
  const deviceId = `${productId}_race`

  const outcomes = await Promise.all(Array.from({ length: 8 }, () => connect(deviceId, leaf)))
  // One takes the session over from the other, so not all of them stay, but none is told that it is unknown.
  for (const { client } of outcomes) await client?.endAsync(true)

  expect(outcomes.map(({ code }) => code).filter((code) => code !== 0 && code !== 3)).toEqual([])
  const { devices, page } = await ok('GET', `/devices?node_id=race`)
  expect([devices.length, page.count]).toEqual([1, 1])
  const codes: string[] = (await verdictsOf(deviceId)).map(({ code }) => code)
  expect(codes.filter((code) => code === 'device-registered')).toHaveLength(1)
  expect(codes.filter((code) => code.startsWith('provisioning-') || code === 'device-unknown')).toEqual([])
})

test('§2.6 B: who is not registered is told why in the verdict, and leaves no device', async () => {
  const cases: readonly (readonly [string, string, Issued, string])[] = [
    [
      `${productId}_noserial`,
      'a field is missing',
      leafOf('noserial', '/CN=noserial'),
      'provisioning-field-missing',
    ],
    [
      `${productId}_a`,
      'a value fits no id',
      leafOf('unfit', '/serialNumber=1/CN=a b'),
      'provisioning-value-unfit',
    ],
    [`${productId}_b`, 'it is another device', leafOf('other'), 'provisioning-other-device'],
  ]
  for (const [deviceId, , leaf, code] of cases) {
    expect((await connect(deviceId, leaf)).code).toBe(4)
    expect((await connect(deviceId, leaf, { protocolVersion: 5 })).code).toBe(0x86)
    await expectVerdict(deviceId, { outcome: 'refused', code })
    expect((await quayside.api('GET', `/v5/iot/{project}/devices/${deviceId}`)).status).toBe(404)
  }
})

test('§2.6 B: the node id of another device, a missing product, and a CA that is unbound or switched off', async () => {
  await ok('POST', '/devices', { product_id: productId, node_id: 'taken', device_id: 'another-name' })
  const taken = leafOf('taken')
  expect((await connect(`${productId}_taken`, taken)).code).toBe(4)
  await expectVerdict(`${productId}_taken`, { code: 'provisioning-node-taken' })

  const fresh = leafOf('fresh')
  const path = `/provisioning-templates/${templateId}`
  await ok('PUT', path, { template_body: templateBody('nowhere') })
  expect((await connect('nowhere_fresh', fresh)).code).toBe(4)
  await expectVerdict('nowhere_fresh', { code: 'provisioning-product-missing' })
  await ok('PUT', path, { template_body: templateBody(productId) })

  const deviceId = `${productId}_fresh`
  for (const [settings, code] of [
    [{ template_id: null }, 'provisioning-template-unbound'],
    [{ template_id: templateId, provision_enable: false }, 'device-unknown'],
    [{ provision_enable: true }, 'device-registered'],
  ] as const) {
    await ok('PUT', `/certificates/${caId}`, settings)
    const { client } = await connect(deviceId, fresh)
    await client?.endAsync()
    await expectVerdict(deviceId, { code })
  }
})

test('X2, X6: a CA without proof of possession registers nobody', async () => {
  const unproven = makeCa(bench, { name: 'unproven', subject: '/CN=Unproven', key: 'p256' })
  const { certificate_id: id } = await ok('POST', '/certificates', { content: unproven.pem })
  await ok('PUT', `/certificates/${id}`, { provision_enable: true, template_id: templateId })
  const leaf = leafOf('stranger', undefined, unproven)

  expect((await connect(`${productId}_stranger`, leaf)).code).toBe(4)
  await expectVerdict(`${productId}_stranger`, { code: 'certificate-ca-unverified' })
})

test('ours: a template is tried on a pasted certificate, stored or not, and says everything that is wrong', async () => {
  const explain = (body: object) => ok('POST', '/explain/provisioning', body, '/quayside/v1')
  const certificate = leafOf('tried').pem

  expect(await explain({ certificate, template_id: templateId })).toMatchObject({
    registers: true,
    fields: { common_name: 'tried', serial_number: 'SN-tried', country: null },
    device: {
      device_id: `${productId}_tried`,
      node_id: 'tried',
      tags: [{ tag_key: 'line', tag_value: '4' }],
    },
    ca: { certificate_id: caId, name: 'Line 4' },
    problems: [],
  })
  const wrong = makeCa(bench, { name: 'alone', subject: '/CN=alone', key: 'p256' })
  const refused = await explain({ certificate: wrong.pem, template_body: templateBody('nowhere') })
  expect(refused).toMatchObject({ registers: false, device: null, ca: null })
  expect(refused.problems.map(({ code }: Body) => code)).toEqual([
    'certificate-self-signed',
    'provisioning-field-missing',
  ])
  const known = await explain({ certificate: leafOf('first-4').pem, template_body: templateBody(productId) })
  expect(known.problems.map(({ code }: Body) => code)).toEqual(['provisioning-device-exists'])
  for (const [body, status] of [
    [{ certificate }, 400],
    [{ certificate: 'garbage', template_id: templateId }, 400],
    [{ certificate: ca.keyPem, template_id: templateId }, 400],
    [{ certificate, template_id: 'f'.repeat(24) }, 404],
    [{ certificate, template_body: {} }, 400],
  ] as const)
    expect((await quayside.api('POST', '/quayside/v1/{project}/explain/provisioning', body)).status).toBe(
      status,
    )
  expect((await quayside.api('GET', `/v5/iot/{project}/devices/${productId}_tried`)).status).toBe(404)
})

test('§2.6 B: a device that registers itself gets the policies of its template; one that is not there lets nobody in', async () => {
  const statement = {
    effect: 'DENY',
    actions: ['iotda:devices:publish'],
    resources: ['topic:/secret'],
  }
  const policy = await ok('POST', '/device-policies', { policy_name: 'quiet', statement: [statement] })
  const path = `/provisioning-templates/${templateId}`
  const bodyWith = (policy_ids: string[]) => {
    const { parameters, resources } = templateBody(productId)
    return { parameters, resources: { ...resources, policy: { policy_ids } } }
  }
  await ok('PUT', path, { template_body: bodyWith(['f'.repeat(24)]) })
  const deviceId = `${productId}_bound`
  const leaf = leafOf('bound')
  expect((await connect(deviceId, leaf)).code).toBe(4)
  await expectVerdict(deviceId, { code: 'provisioning-policy-missing' })

  await ok('PUT', path, { template_body: bodyWith([policy.policy_id]) })
  const { code, client } = await connect(deviceId, leaf)
  await client?.endAsync()
  expect(code).toBe(0)
  const bound = await ok('POST', `/device-policies/${policy.policy_id}/list-targets`, {
    target_type: 'device',
  })
  expect(JSON.stringify(bound)).toContain(deviceId)
})
