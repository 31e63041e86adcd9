import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js'
import { ClientBuilder } from '@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js'
import type { HcClient } from '@huaweicloud/huaweicloud-sdk-core/HcClient.js'
import { LocalLogger } from '@huaweicloud/huaweicloud-sdk-core/logger/index.js'
import { Region } from '@huaweicloud/huaweicloud-sdk-core/region/region.js'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import {
  clientExtensions,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { differencesFromReference } from '../support/reference.ts'

/*
 * The whole product as the reference's own Node.js SDK sees it. What signs, sends, parses and throws here is the SDK's
 * core package, unchanged; a call hands it method, path and parameters as the SDK's IoTDA client does, which adds
 * nothing else.
 */

let quayside: Quayside
let bench: Workbench
let endpoint: string

beforeAll(async () => {
  // It prints each refused call whole, its signature included.
  vi.spyOn(LocalLogger.prototype, 'error').mockImplementation(() => undefined)
  bench = openWorkbench()
  quayside = await startQuayside()
  endpoint = `http://127.0.0.1:${quayside.ports.http}`
})
afterAll(async () => {
  await quayside.dispose()
  bench.dispose()
  vi.restoreAllMocks()
})

interface SdkCall {
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}

interface Sdk {
  /** Answers the SDK's response; a good one is held against the reference's schema of operation `name`. */
  call(name: string, method: string, url: string, call?: SdkCall): Promise<Body>
}

const plainKey = () =>
  new BasicCredentials().withAk(quayside.credentials.accessKey).withSk(quayside.credentials.secretKey)

// Without a name of its own the SDK makes one up and keeps it in the home folder.
const builder = () =>
  new ClientBuilder<HcClient>((client) => client)
    .withDerivedAuthServiceName('iotdm')
    .withOptions({ customUserAgent: 'tests' })

/** Each way in which an application sets its client up (northbound §1.6). */
const clients: Readonly<Record<string, () => HcClient>> = {
  'a plain signature': () =>
    builder()
      .withCredential(plainKey().withProjectId(quayside.credentials.projectId))
      .withEndpoint(endpoint)
      .build(),
  'a derived signature': () =>
    builder()
      .withCredential(
        plainKey()
          .withProjectId(quayside.credentials.projectId)
          .withDerivedPredicate(() => true),
      )
      .withRegion(new Region('region-1', endpoint))
      .build(),
  'a region, and the project asked of IAM': () =>
    builder()
      .withCredential(plainKey().withIamEndpoint(endpoint))
      .withRegion(new Region('region-2', endpoint))
      .build(),
}

function sdkOver(client: HcClient): Sdk {
  return {
    async call(name, method, url, { path = {}, query = {}, body } = {}) {
      const options = {
        method,
        url: `/v5/iot/{project_id}${url}`,
        contentType: body === undefined ? 'application/json' : 'application/json;charset=UTF-8',
        queryParams: query,
        pathParams: path,
        headers: {},
        data: body ?? {},
      }
      const { httpStatusCode, ...wire } = await client.sendRequest<Body>(options)
      expect(differencesFromReference(name, httpStatusCode, wire)).toEqual([])
      return { httpStatusCode, ...wire }
    },
  }
}

/** The exception that the SDK throws for a refused call. */
const refused = (call: Promise<unknown>): Promise<Body> =>
  call.then(
    (response) => expect.fail(`answered ${JSON.stringify(response)}`),
    (exception: unknown) => exception,
  )

const model = {
  name: 'sensor',
  device_type: 'sensor',
  protocol_type: 'MQTT',
  data_format: 'json',
  service_capabilities: [
    {
      service_id: 'Battery',
      service_type: 'Battery',
      properties: [
        {
          property_name: 'batteryLevel',
          data_type: 'int',
          required: true,
          min: '0',
          max: '100',
          step: 1,
          unit: '%',
          method: 'RW',
          default_value: 50,
        },
      ],
      commands: [
        {
          command_name: 'charge',
          paras: [{ para_name: 'on', data_type: 'boolean', required: true }],
          responses: [
            {
              response_name: 'cmdResponses',
              paras: [{ para_name: 'result', data_type: 'int', required: false }],
            },
          ],
        },
      ],
      events: [],
      option: 'Optional',
    },
  ],
}

describe.for(Object.keys(clients))('northbound §1.6: the Node.js SDK with %s', (way) => {
  let sdk: Sdk
  let productId: string

  beforeAll(async () => {
    sdk = sdkOver(clients[way]?.() as HcClient)
    ;({ product_id: productId } = await sdk.call('CreateProduct', 'POST', '/products', { body: model }))
  })

  test('resource spaces', async () => {
    const name = `space of ${way}`
    const made = await sdk.call('AddApplication', 'POST', '/apps', { body: { app_name: name } })
    expect(made).toMatchObject({ httpStatusCode: 201, app_name: name, default_app: false })
    const path = { app_id: made.app_id }
    const url = '/apps/{app_id}'

    expect(await sdk.call('ShowApplication', 'GET', url, { path })).toEqual({ ...made, httpStatusCode: 200 })
    const renamed = await sdk.call('UpdateApplication', 'PUT', url, {
      path,
      body: { app_name: `${name}, renamed` },
    })
    expect(renamed.app_name).toBe(`${name}, renamed`)
    const { applications } = await sdk.call('ShowApplications', 'GET', '/apps', {
      query: { default_app: true },
    })
    expect(applications).toMatchObject([{ default_app: true }])
    expect(await sdk.call('DeleteApplication', 'DELETE', url, { path })).toEqual({ httpStatusCode: 204 })

    expect(await refused(sdk.call('ShowApplication', 'GET', url, { path }))).toMatchObject({
      httpStatusCode: 403,
      errorCode: 'IOTDA.001000',
      errorMsg: expect.any(String),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  test('products', async () => {
    const url = '/products/{product_id}'
    const path = { product_id: productId }
    const shown = await sdk.call('ShowProduct', 'GET', url, { path })
    expect(shown).toMatchObject({ httpStatusCode: 200, ...model })

    const updated = await sdk.call('UpdateProduct', 'PUT', url, {
      path,
      body: { description: 'Wärmefühler 温度' },
    })
    expect(updated).toEqual({ ...shown, description: 'Wärmefühler 温度' })
    const list = await sdk.call('ListProducts', 'GET', '/products', {
      query: { product_name: model.name, limit: 50, offset: 0 },
    })
    expect(list.page.count).toBe(list.products.length)
    expect(list.products.map(({ product_id }: Body) => product_id)).toContain(productId)
    const beyond = await sdk.call('ListProducts', 'GET', '/products', { query: { offset: 550 } })
    expect(beyond).toMatchObject({ products: [], page: { count: list.page.count, marker: '' } })

    const { product_id } = await sdk.call('CreateProduct', 'POST', '/products', { body: model })
    const gone = { path: { product_id } }
    expect(await sdk.call('DeleteProduct', 'DELETE', url, gone)).toEqual({ httpStatusCode: 204 })
    expect(await refused(sdk.call('ShowProduct', 'GET', url, gone))).toMatchObject({ httpStatusCode: 404 })
  })

  test('certificates', async () => {
    const url = '/certificates/{certificate_id}'
    const name = way.replaceAll(/\W/g, '')
    const ca = makeCa(bench, { name: `ca${name}`, key: 'p256' })
    const made = await sdk.call('AddCertificate', 'POST', '/certificates', { body: { content: ca.pem } })
    expect(made).toMatchObject({ httpStatusCode: 201, cn_name: 'zhangsan', status: false })
    const path = { certificate_id: made.certificate_id }

    const { pem: foreign } = signLeaf(bench, ca, { name: `leaf${name}`, extensions: clientExtensions })
    const verify = (content: string) =>
      sdk.call('CheckCertificate', 'POST', `${url}/action`, {
        path,
        query: { action_id: 'verify' },
        body: { verify_content: content },
      })
    expect(await refused(verify(foreign))).toMatchObject({ httpStatusCode: 400, errorCode: 'IOTDA.014307' })
    const { pem: proof } = verificationCert(bench, ca, made.verify_code, { name: `proof${name}` })
    expect(await verify(proof)).toEqual({ httpStatusCode: 200 })

    const shown = await sdk.call('ShowCertificate', 'GET', url, { path })
    expect(shown).toEqual({ ...made, httpStatusCode: 200, status: true, content: ca.pem })
    const changed = await sdk.call('UpdateCertificate', 'PUT', url, { path, body: { ocsp_enable: true } })
    expect(changed).toEqual({ ...made, httpStatusCode: 200, status: true, ocsp_enable: true })
    const list = await sdk.call('ListCertificates', 'GET', '/certificates', { query: { limit: 1 } })
    const { httpStatusCode: _, ...listed } = changed
    expect(list).toMatchObject({
      certificates: [listed],
      page: { marker: made.certificate_id, count: expect.any(Number) },
    })
    expect(list.certificates[0]).not.toHaveProperty('content')
    expect(await sdk.call('DeleteCertificate', 'DELETE', url, { path })).toEqual({ httpStatusCode: 204 })
  })

  test('devices and shadows', async () => {
    const url = '/devices/{device_id}'
    const register = (more: object) =>
      sdk.call('AddDevice', 'POST', '/devices', { body: { product_id: productId, ...more } })
    const made = await register({
      node_id: 'n1',
      device_name: "it's (a) name! *~+ & ü 名",
      extension_info: { any: [1, null, { deep: true }] },
      auth_info: { auth_type: 'SECRET', secret: 'secret-of-16-chars', secure_access: false, timeout: 300 },
    })
    expect(made).toMatchObject({
      httpStatusCode: 201,
      device_id: `${productId}_n1`,
      node_type: 'GATEWAY',
      status: 'INACTIVE',
      tags: [],
      extension_info: { any: [1, null, { deep: true }] },
      auth_info: { auth_type: 'SECRET', secret: 'secret-of-16-chars', secure_access: false, timeout: 300 },
    })
    const path = { device_id: made.device_id }
    const { timeout: _, ...authInfo } = made.auth_info
    const show = () => sdk.call('ShowDevice', 'GET', url, { path })
    expect(await show()).toEqual({ ...made, httpStatusCode: 200, auth_info: authInfo })

    const child = await register({ node_id: 'n2', gateway_id: made.device_id })
    expect(child).toMatchObject({ node_type: 'ENDPOINT', gateway_id: made.device_id })
    const children = await sdk.call('ListDevices', 'GET', '/devices', {
      query: { gateway_id: made.device_id, is_cascade_query: true, product_id: productId },
    })
    expect(children).toMatchObject({ devices: [{ device_id: child.device_id }], page: { count: 1 } })
    expect(children.devices[0]).not.toHaveProperty('auth_info')
    const named = await sdk.call('ListDevices', 'GET', '/devices', {
      query: { device_name: made.device_name, product_id: productId },
    })
    expect(named.devices.map(({ device_id }: Body) => device_id)).toEqual([made.device_id])
    expect(await refused(sdk.call('DeleteDevice', 'DELETE', url, { path }))).toMatchObject({
      httpStatusCode: 400,
    })

    expect(await sdk.call('UpdateDevice', 'PUT', url, { path, body: { description: 'roof' } })).toMatchObject(
      { description: 'roof', auth_info: authInfo },
    )
    expect(await sdk.call('FreezeDevice', 'POST', `${url}/freeze`, { path })).toEqual({ httpStatusCode: 204 })
    expect(await refused(sdk.call('FreezeDevice', 'POST', `${url}/freeze`, { path }))).toMatchObject({
      errorCode: 'IOTDA.014038',
    })
    expect((await show()).status).toBe('FROZEN')
    await sdk.call('UnfreezeDevice', 'POST', `${url}/unfreeze`, { path })

    const reset = await sdk.call('ResetDeviceSecret', 'POST', `${url}/action`, {
      path,
      query: { action_id: 'resetSecret' },
      body: { force_disconnect: true, secret_type: 'SECONDARY' },
    })
    expect((await show()).auth_info).toEqual({ ...authInfo, secondary_secret: reset.secret })
    const fingerprint = 'ab'.repeat(32)
    expect(
      await sdk.call('ResetFingerprint', 'POST', `${url}/reset-fingerprint`, { path, body: { fingerprint } }),
    ).toEqual({ httpStatusCode: 200, device_id: made.device_id, fingerprint, fingerprint_type: 'PRIMARY' })
    expect((await show()).auth_info).toEqual({ auth_type: 'CERTIFICATES', fingerprint, secure_access: false })

    expect(await sdk.call('ShowDeviceShadow', 'GET', `${url}/shadow`, { path })).toMatchObject({
      httpStatusCode: 200,
      device_id: made.device_id,
      shadow: [{ service_id: 'Battery', desired: { properties: { batteryLevel: 50 } }, version: 0 }],
    })

    for (const device_id of [child.device_id, made.device_id])
      expect(await sdk.call('DeleteDevice', 'DELETE', url, { path: { device_id } })).toEqual({
        httpStatusCode: 204,
      })
    expect(await refused(show())).toMatchObject({
      httpStatusCode: 404,
      errorCode: 'IOTDA.014000',
      errorMsg: expect.stringContaining(made.device_id),
      requestId: expect.any(String),
    })
  })
})

test('the SDK’s exception for a wrong secret key, and for a foreign project', async () => {
  const { accessKey, projectId } = quayside.credentials
  const listWith = (credential: BasicCredentials) =>
    refused(
      sdkOver(builder().withCredential(credential).withEndpoint(endpoint).build()).call(
        'ListDevices',
        'GET',
        '/devices',
      ),
    )
  const wrong = new BasicCredentials().withAk(accessKey).withSk('wrong').withProjectId(projectId)

  expect(await listWith(wrong)).toMatchObject({ httpStatusCode: 401, errorCode: 'IOTDA.000002' })
  expect(await listWith(plainKey().withProjectId('0'.repeat(32)))).toMatchObject({
    httpStatusCode: 403,
    errorCode: 'IOTDA.000021',
  })
})
