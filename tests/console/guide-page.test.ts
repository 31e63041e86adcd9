import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import {
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let bench: Workbench
beforeAll(async () => {
  bench = openWorkbench()
})
afterAll(async () => {
  bench.dispose()
})

const made = async (path: string, body: unknown) => {
  const answer = await site.quayside.api('POST', `/v5/iot/{project}${path}`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

const services = [
  {
    service_id: 'Battery',
    service_type: 'Battery',
    properties: [
      {
        property_name: 'batteryLevel',
        data_type: 'int',
        min: '0',
        max: '100',
        step: 1,
        unit: '%',
        method: 'R',
      },
    ],
  },
]

/** The list's item of a step, by its heading. */
const step = (page: Page, title: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) })

const words = {
  en: { guide: 'Guide', first: 'Create a product', diagram: 'Complete two-way certificate authentication' },
  'zh-CN': { guide: '接入指南', first: '创建产品', diagram: '完整的双向证书认证' },
} as const

test.for(visits)(
  'guide S8, S9: an empty platform’s guide begins with a product: $language, $theme, $width px',
  async (how) => {
    const { language = 'en', theme, width } = how
    const { page, picture, leave } = await site.enter(how)
    await page.goto('/guide')
    await page.getByRole('heading', { name: words[language].guide, level: 1 }).waitFor()
    await step(page, words[language].first).waitFor()
    await page.getByRole('img', { name: words[language].diagram }).waitFor()

    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`guide-empty-${language}-${theme}-${width}`)
    await leave()
  },
)

test('an overview without products leads to the guide', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/overview')

  await page.getByRole('main').getByRole('link', { name: 'Guide' }).click()

  await page.getByRole('heading', { name: 'Guide', level: 1 }).waitFor()
  await leave()
})

test('by the wizard, the steps of certificates lead to it; the choice is in the address', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/guide')

  await step(page, 'Upload the device CA certificate')
    .getByRole('link', { name: 'Upload Certificate' })
    .waitFor()
  await page.getByText('With the wizard', { exact: true }).click()
  await page.waitForURL('**/guide?way=wizard')
  await step(page, 'Upload the device CA certificate')
    .getByRole('link', { name: 'Commissioning wizard' })
    .click()

  await page.waitForURL('**/wizard')
  await leave()
})

test('the whole guide: each step ticks itself when it happens, with its action beside it and what came of it', async () => {
  const { page, picture, leave } = await site.enter()
  await page.goto('/guide')
  const progress = page.getByRole('progressbar')
  const reached = (done: number) => page.getByText(`${done} of 7 done`).waitFor()
  await reached(0)
  await page.getByText('Watching').waitFor()

  await step(page, 'Create a product').getByRole('link', { name: 'Create Product' }).waitFor()
  const product = await made('/products', {
    name: 'meter',
    device_type: 'Meter',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [],
  })
  await reached(1)
  await page.getByRole('status').filter({ hasText: 'The product is there.' }).waitFor()
  const link = step(page, 'Define its model').getByRole('link', { name: 'Model Definition' })
  await expect.poll(() => link.getAttribute('href')).toContain(`/products/${product.product_id}`)

  const changed = await site.quayside.api('PUT', `/v5/iot/{project}/products/${product.product_id}`, {
    service_capabilities: services,
  })
  expect(changed.status).toBe(200)
  await reached(2)

  await page
    .getByText('openssl req -x509 -new -nodes -key rootCA.key -sha256 -days 1024 -out rootCA.pem')
    .waitFor()
  const ca = makeCa(bench)
  const uploaded = await made('/certificates', { content: ca.pem })
  await reached(3)
  const proof = step(page, 'Prove that the CA is yours').getByRole('link', {
    name: 'Upload Verification Certificate',
  })
  await expect.poll(() => proof.getAttribute('href')).toContain(uploaded.certificate_id)

  await made(`/certificates/${uploaded.certificate_id}/action?action_id=verify`, {
    verify_content: verificationCert(bench, ca, uploaded.verify_code).pem,
  })
  await reached(4)
  await page.getByText('The CA certificate is Verified.').first().waitFor()

  await step(page, 'Register the device').getByRole('link', { name: 'Individual Register' }).waitFor()
  const leaf = signLeaf(bench, ca)
  const device = await made('/devices', {
    product_id: product.product_id,
    node_id: 'meter-1',
    auth_info: { auth_type: 'CERTIFICATES', fingerprint: leaf.sha256 },
  })
  await reached(5)

  const other = signLeaf(bench, ca, { name: 'other', key: 'p256' })
  expect((await connect(device.device_id, other)).code).not.toBe(0)
  const alert = page.getByRole('alert')
  await alert.filter({ hasText: 'A connection was refused.' }).waitFor()
  await alert.filter({ hasText: 'fingerprint' }).waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('guide-refused')

  const { client } = await connect(device.device_id, leaf)
  if (!client) throw new Error('the device was refused')
  await reached(6)
  await page.getByText(/meter-1 came online from (127\.0\.0\.1|\[?::1)/).waitFor()
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)

  await step(page, 'Report the first value').getByRole('link', { name: 'Device page' }).waitFor()
  await publish(
    client,
    `$oc/devices/${device.device_id}/sys/properties/report`,
    JSON.stringify({ services: [{ service_id: 'Battery', properties: { batteryLevel: 80 } }] }),
  )
  await reached(7)
  await client.endAsync()
  await page.getByText('Battery: batteryLevel = 80 is stored.').waitFor()
  await expect.poll(() => progress.getAttribute('aria-valuenow')).toBe('7')
  expect(await seriousProblems(page)).toEqual([])
  await expect.poll(() => page.getByRole('link', { name: 'Open the device' }).count()).toBe(3)
  await leave()
})

function connect(deviceId: string, certificate: Issued) {
  return connectOnce(`mqtts://localhost:${site.quayside.ports.mqtts}`, {
    clientId: clientIdOf(deviceId),
    username: deviceId,
    cert: certificate.pem,
    key: certificate.keyPem,
    rejectUnauthorized: false,
  })
}
