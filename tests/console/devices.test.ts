import { createHmac } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientIdOf, connectOnce } from '../support/device-client.ts'
import { type Issued, makeCa, openWorkbench, signLeaf, type Workbench } from '../support/openssl.ts'
import { startQuayside } from '../support/quayside.ts'
import { registerProduct } from '../support/registered-device.ts'
import { seriousProblems, sidewaysOverflow, visit, visits } from './support/browser.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let productId: string
let bench: Workbench
let leaf: Issued
beforeAll(async () => {
  productId = await registerProduct(site.quayside)
  bench = openWorkbench()
  leaf = signLeaf(bench, makeCa(bench, { key: 'p256' }), { key: 'p256', subject: '/O=Huawei/CN=meter-7' })
})
afterAll(async () => {
  bench.dispose()
})

const list = '/quayside/v1/{project}/devices'
const findDevice = async (text: string) =>
  (await site.quayside.api('GET', `${list}?search=${encodeURIComponent(text)}`)).body

/** Registers devices of these node IDs, the first one first. */
async function registered(...nodeIds: readonly string[]): Promise<readonly string[]> {
  const devices = nodeIds.map((node_id) => ({ product_id: productId, node_id }))
  const { body } = await site.quayside.api('POST', `${list}/batch`, { devices })
  expect(body.counts).toEqual({ ready: 0, registered: nodeIds.length, refused: 0 })
  return body.results.map(({ device_id }: { device_id: string }) => device_id)
}

/** Chooses by typing, as with a search. */
async function choose(page: Page, label: string, text: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(label, { exact: true }).fill(text)
  await page.getByTitle(text, { exact: true }).last().click()
}

const rowsOf = (page: Page) => page.getByRole('table', { name: /All Devices|所有设备/ }).getByRole('row')

test('an empty platform says what to do, and a resource space without products where to make one', async () => {
  const empty = await startQuayside()
  const { page, picture, leave } = await visit(site.browser, `http://localhost:${empty.ports.http}`)
  await signIn(page, empty)

  await page.goto('/devices')
  await page.getByText('There is no device yet. Register one').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('devices-empty')
  await page.locator('.empty-state').getByRole('button', { name: 'Individual Register' }).click()
  await page.getByText('There is no product in this resource space.').waitFor()

  await page.getByRole('link', { name: 'Create a product first' }).click()
  await page.waitForURL(/\/products/)
  await leave()
  await empty.dispose()
})

const words = {
  en: { act: 'Individual Register', x509: 'X.509 certificate', inactive: 'Inactive' },
  'zh-CN': { act: '单个注册', x509: 'X.509 证书', inactive: '未激活' },
} as const

test.for(visits)(
  'the form of registration is open to everyone: $language, $theme, $width px',
  async (how) => {
    const { language = 'en', theme, width } = how
    const say = words[language]
    await registered(`look-${language}-${width}`)
    const { page, picture, leave } = await site.enter(how)
    await page.goto('/devices')
    await page.getByText(say.inactive, { exact: true }).first().waitFor()
    await page.getByRole('button', { name: say.act }).click()
    await page.getByRole('radio', { name: say.x509 }).click()

    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`register-device-${language}-${theme}-${width}`)
    await leave()
  },
)

test('S71–S80: a device with a secret is registered, and its status follows the device itself', async () => {
  const { page, picture, leave } = await site.enter()
  await page.goto('/devices')
  await page.getByRole('button', { name: 'Individual Register' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('The device may connect as soon as you save.').waitFor()
  expect(await dialog.getByLabel('Fingerprint').count()).toBe(0)

  await dialog.getByRole('button', { name: 'OK' }).click()
  await dialog.getByText('Choose a product.').waitFor()
  await dialog.getByText('Enter a node ID.').waitFor()
  await choose(page, 'Product', 'load')
  await dialog.getByLabel('Node ID', { exact: true }).fill('AA:BB')
  await dialog.getByLabel('Device Name').fill('Pump in the basement')
  await dialog.getByText('Write a MAC address without its colons.').waitFor()
  await dialog.getByLabel('Node ID', { exact: true }).fill('pump-1')
  await dialog.getByText('Advanced Settings').click()
  await dialog.getByLabel('Secret', { exact: true }).last().fill('a-secret-for-the-load')
  await dialog.getByRole('button', { name: 'OK' }).click()

  const deviceId = `${productId}_pump-1`
  await dialog.getByText('Device registered').waitFor()
  await dialog.getByText(deviceId, { exact: true }).waitFor()
  await dialog.getByText('a-secret-for-the-load').waitFor()
  await dialog.getByRole('link', { name: 'Connection kit' }).waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('registered-device')
  await dialog.getByRole('button', { name: 'Register another' }).click()
  // Space and product stay as they were; only the rest is asked for again.
  await dialog.getByText('load', { exact: true }).waitFor()
  expect(await dialog.getByLabel('Node ID', { exact: true }).inputValue()).toBe('')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })

  const row = page.getByRole('row', { name: /Pump in the basement/ })
  await row.getByText('Inactive').waitFor()
  const clientId = clientIdOf(deviceId)
  const { client } = await connectOnce(`mqtts://localhost:${site.quayside.ports.mqtts}`, {
    clientId,
    username: deviceId,
    password: createHmac('sha256', clientId.slice(-10)).update('a-secret-for-the-load').digest('hex'),
    rejectUnauthorized: false,
  })
  await row.getByText('Online').waitFor()
  await client?.endAsync()
  await row.getByText('Offline').waitFor()
  await leave()
})

test('a node ID that is taken gets the platform’s sentence; the form keeps what was typed', async () => {
  await registered('taken-1')
  const { page, leave } = await site.enter()
  await page.goto(`/devices?register=1&product=${productId}`)
  const dialog = page.getByRole('dialog')
  await dialog.getByText('load', { exact: true }).waitFor()

  await dialog.getByLabel('Node ID', { exact: true }).fill('taken-1')
  await page.keyboard.press('Enter')

  await dialog.getByText(`There is already a device ${productId}_taken-1.`).waitFor()
  await dialog.getByText('IOTDA.014031').waitFor()
  expect(await dialog.getByLabel('Node ID', { exact: true }).inputValue()).toBe('taken-1')
  await leave()
})

test('S76–S79: a fingerprint is taken in every form; it says what it understood', async () => {
  const { page, picture, leave } = await site.enter()
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.postData() ?? ''))
  await page.goto(`/devices?register=1&product=${productId}`)
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Node ID', { exact: true }).fill('meter-7')
  await dialog.getByRole('radio', { name: 'X.509 certificate' }).click()
  const field = dialog.getByLabel('Fingerprint', { exact: true })
  const seen = dialog.locator('.fingerprint-seen')
  const pairs = leaf.sha256.toUpperCase().match(/../g) ?? []
  await seen.getByText('the first certificate that the device presents is pinned').waitFor()
  await dialog.getByText('openssl x509 -fingerprint -sha256 -in deviceCert.pem').waitFor()

  for (const text of [
    pairs.join(':'),
    pairs.join(' ').toLowerCase(),
    leaf.sha256,
    bench.openssl('x509', '-fingerprint', '-sha256', '-noout', '-in', leaf.certPath),
  ]) {
    await field.fill('')
    await field.fill(text)
    await seen.getByText('SHA-256 fingerprint', { exact: true }).waitFor()
    await seen.getByText(pairs.join(':')).waitFor()
  }
  await field.fill(leaf.sha1)
  await seen.getByText('SHA-1 fingerprint').waitFor()
  await field.fill(leaf.sha256.slice(1))
  await dialog.getByText('This has 63 hex digits.').waitFor()
  await field.fill('yesterday’s')
  await dialog.getByText('This is neither a fingerprint').waitFor()

  // What the guide's command prints is both, the fingerprint and the certificate.
  await field.fill(bench.openssl('x509', '-fingerprint', '-sha256', '-in', leaf.certPath))
  await seen.getByText(/fingerprint of the certificate .*meter-7.*valid until/).waitFor()
  await field.fill(`SHA256 Fingerprint=${'ab'.repeat(32)}\n${leaf.pem}`)
  await dialog.getByText('is not that of the certificate').waitFor()

  const fileInput = dialog.locator('input[type=file]')
  await fileInput.setInputFiles(leaf.keyPath)
  await dialog.getByText('This holds a private key. It was not sent and not kept.').waitFor()
  await expect.poll(() => field.inputValue()).toBe('')
  const der = bench.path('deviceCert.der')
  writeFileSync(der, leaf.der)
  await fileInput.setInputFiles(der)
  await seen.getByText(/fingerprint of the certificate .*meter-7/).waitFor()
  await expect.poll(() => field.inputValue()).toContain('-----BEGIN CERTIFICATE-----')
  expect(await seriousProblems(page)).toEqual([])
  await picture('fingerprint-understood')
  rmSync(der)

  await dialog.getByRole('button', { name: 'OK' }).click()
  await dialog.getByText('Device registered').waitFor()
  const { body } = await site.quayside.api('GET', `${list}/${productId}_meter-7`)
  expect(body).toMatchObject({ auth_type: 'CERTIFICATES', fingerprint: leaf.sha256 })
  expect(sent.filter((text) => text.includes('PRIVATE KEY'))).toEqual([])
  await leave()
})

test('filters, order and page stand in the address; the keyboard goes through the rows', async () => {
  await registered(...Array.from({ length: 60 }, (_, n) => `page-${String(n).padStart(2, '0')}`))
  const { page, leave } = await site.enter()
  await page.goto('/devices')

  await page.getByLabel('Name, ID or fingerprint').fill('PAGE-')
  await page.getByText('1–50 of 60').waitFor()
  await page.getByRole('button', { name: 'Node ID', exact: true }).click()
  await page.getByRole('link', { name: 'page-00' }).waitFor()
  await page.getByRole('button', { name: 'Next page' }).click()
  await page.getByText('51–60 of 60').waitFor()
  await page.waitForURL((url) => url.search === '?find=PAGE-&sort=node_id&order=asc&page=2')
  await page.reload()
  await page.getByRole('link', { name: 'page-50' }).waitFor()
  expect(await rowsOf(page).count()).toBe(11)

  await page.getByLabel('Name, ID or fingerprint').press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/devices/${productId}_page-51`))
  await page.goBack()
  await page.getByRole('link', { name: 'page-50' }).waitFor()

  await page.getByLabel('Status', { exact: true }).click()
  await page
    .getByTitle('Frozen')
    .or(page.locator('.ant-select-item', { hasText: 'Frozen' }))
    .first()
    .click()
  await page.getByText('No device matches the filters.').waitFor()
  await page.locator('.empty-state').getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('table').waitFor()
  await expect.poll(() => page.getByLabel('Name, ID or fingerprint').inputValue()).toBe('')
  await leave()
})

test('columns are chosen, and remembered', async () => {
  await registered('columns-1')
  const { page, leave } = await site.enter()
  await page.goto('/devices')
  await page.getByRole('columnheader', { name: 'Authentication' }).waitFor()

  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'Authentication' }).click()
  await page.getByRole('checkbox', { name: 'Resource Space' }).click()
  expect(await seriousProblems(page)).toEqual([])
  await page.reload()

  await page.getByRole('columnheader', { name: 'Resource Space' }).waitFor()
  expect(await page.getByRole('columnheader', { name: 'Authentication' }).count()).toBe(0)
  await leave()
})

test('several devices are frozen and deleted at once, after a preview; what fails is told by device', async () => {
  const ids = await registered('bulk-1', 'bulk-2', 'bulk-3')
  await site.quayside.api('POST', `/v5/iot/{project}/devices/${ids[0]}/freeze`)
  const { page, picture, leave } = await site.enter()
  await page.goto('/devices?find=bulk-')
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click()
  await page.getByText('3 devices selected').waitFor()
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Freeze', exact: true }).click()
  await dialog.getByText('2 devices will be frozen: their connections are cut').waitFor()
  await dialog.getByText('1 selected device stays as it is').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('bulk-freeze')
  // Meanwhile someone else deletes one of them.
  await site.quayside.api('DELETE', `/v5/iot/{project}/devices/${ids[1]}`)
  await dialog.getByRole('button', { name: 'Freeze' }).click()
  await dialog.getByText('1 of 2 done').waitFor()
  await dialog.getByText('It failed for 1 device:').waitFor()
  await dialog.getByText(`There is no device ${ids[1]}.`).waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  expect((await site.quayside.api('GET', `${list}/${ids[2]}`)).body.status).toBe('FROZEN')

  await page.getByRole('button', { name: 'Clear selection' }).click()
  await rowsOf(page).nth(2).waitFor()
  await page.getByRole('checkbox', { name: 'Select all rows of this page' }).click()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const confirm = dialog.getByRole('button', { name: 'Delete' })
  expect(await confirm.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('2')
  await confirm.click()
  await dialog.getByText('2 of 2 done').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  await page.getByText('No device matches the filters.').waitFor()
  expect((await findDevice('bulk-')).count).toBe(0)
  await leave()
})
