import { beforeAll, expect, test } from 'vitest'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import { makeCa, openWorkbench } from '../support/openssl.ts'
import type { Body } from '../support/quayside.ts'
import { registerDevice } from '../support/registered-device.ts'
import { patiently } from './support/browser.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

/*
 * S13, threat 8: whatever people and devices call things, the console shows it and does not run it. A script that ran
 * would open a dialog, breach the page's policy or send a request, which `visit` and the test take for faults.
 */

const markup = `<img src=/evil onerror=alert(1)>"'><svg onload=alert(2)>`
const nested = '$t(common.ok){{x}}<1>bold</1>'
const site = openSite()
let productId: string
let deviceId: string
let certificateId: string

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await site.quayside.api(method, path, body)
  expect([answer.status < 300, answer.body]).toEqual([true, answer.body])
  return answer.body
}

beforeAll(async () => {
  const properties = ['constructor', 'toString', `it's"<b>`].map((name) => ({
    ...{ property_name: name, data_type: 'string', max_length: 200, method: 'R' },
    description: markup,
    unit: '<b>u</b>',
  }))
  const product = await ok('POST', '/v5/iot/{project}/products', {
    name: markup,
    device_type: '<script>alert(3)</script>',
    ...{ protocol_type: 'MQTT', data_format: 'json', description: nested },
    service_capabilities: [{ service_id: 'constructor', service_type: markup.slice(0, 32), properties }],
  })
  productId = product.product_id
  const device = await registerDevice(site.quayside, productId, 'n1')
  deviceId = device.deviceId
  await ok('PUT', `/v5/iot/{project}/devices/${deviceId}`, {
    device_name: markup,
    description: nested,
    extension_info: { [markup]: markup },
  })
  const bench = openWorkbench()
  const ca = makeCa(bench, {
    key: 'p256',
    subject: `/CN=${markup.replaceAll('/', '\\/').slice(0, 60)}/O=${nested.replaceAll('/', '\\/')}`,
  })
  bench.dispose()
  certificateId = (await ok('POST', '/v5/iot/{project}/certificates', { content: ca.pem })).certificate_id
  await ok('POST', '/quayside/v1/{project}/registration-groups', {
    name: markup,
    ...{ method: 'CERTIFICATES', certificate_id: certificateId },
  })
  await ok('POST', '/v5/iot/{project}/provisioning-templates', {
    ...{ template_name: 'markup', description: '$t(common.ok) <b>x</b>' },
    template_body: {
      parameters: { 'iotda::certificate::common_name': { type: 'String' } },
      resources: { device: { node_id: { ref: 'iotda::certificate::common_name' }, product_id: productId } },
    },
  })
  const url = `mqtt://127.0.0.1:${site.quayside.ports.mqtt}`
  await connectOnce(url, { clientId: markup, username: markup, password: markup })
  await connectOnce(`mqtts://localhost:${site.quayside.ports.mqtts}`, {
    ...{ rejectUnauthorized: false, cert: ca.pem, key: ca.keyPem },
    ...{ clientId: clientIdOf('nobody'), username: 'nobody', password: '' },
  })
  const { client } = await connectOnce(url, device.credentials())
  if (!client) throw new Error('the device was not let in')
  const stored = { constructor: markup, toString: '=HYPERLINK("http://evil.test")', [`it's"<b>`]: nested }
  const odd = '{"services":[{"service_id":"\\ud800","properties":{"\\ud800":"\\ud800","__proto__":1}}]}'
  const report = JSON.stringify({ services: [{ service_id: 'constructor', properties: stored }] })
  await publish(client, device.reportTopic, report)
  await publish(client, device.reportTopic, odd)
  await publish(client, device.reportTopic, markup)
  await client.endAsync()
})

const tabs = [
  'latest',
  'shadow',
  'commands',
  'children',
  'logs',
  'files',
  'history',
  'live',
  'connections',
  'identity',
  'connect',
  'settings',
]
const search = encodeURIComponent(markup)

const many = { timeout: 180_000 }
test('markup in names, values, subjects and client ids stays text on every page', many, async () => {
  const visitor = await site.visit()
  const { page, faults } = visitor
  const ran: string[] = []
  page.on('dialog', (dialog) => {
    ran.push(dialog.message())
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    if (request.url().includes('/evil')) ran.push(request.url())
  })
  await signIn(page, site.quayside)
  const [refused] = (await ok('GET', '/quayside/v1/{project}/connections?outcome=refused')).connections
  const paths = [
    '/overview',
    '/guide',
    '/products',
    ...['', '?tab=model', '?tab=topics', '?tab=devices'].map((tab) => `/products/${productId}${tab}`),
    '/devices',
    `/devices?find=${search}`,
    ...tabs.map((tab) => `/devices/${deviceId}?tab=${tab}`),
    `/devices/${deviceId}?tab=history&service=%ED%A0%80&properties=${search}`,
    '/ca-certificates',
    `/ca-certificates/${certificateId}`,
    '/provisioning',
    '/failed-connections',
    `/failed-connections/${refused.id}`,
    '/live-tail',
    `/would-it-connect?device=${search}`,
    `/sign-in?next=${encodeURIComponent('javascript:alert(4)')}`,
    '/batch-register',
  ]
  for (const path of paths) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await expect.poll(() => page.locator('main .loading').count(), patiently).toBe(0)
    expect([path, ran, faults]).toEqual([path, [], []])
    expect([path, await page.locator('img[src="/evil"], svg[onload], main script').count()]).toEqual([
      path,
      0,
    ])
  }

  await page.goto(`/devices/${deviceId}`)
  await expect.poll(() => page.locator('main').innerText(), patiently).toContain(markup)
  await visitor.leave()
})
