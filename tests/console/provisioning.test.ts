import { Buffer } from 'node:buffer'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientIdOf, connectOnce } from '../support/device-client.ts'
import {
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { registerProduct } from '../support/registered-device.ts'
import { type Body } from '../support/quayside.ts'
import { seriousProblems } from './support/browser.ts'
import { chooseOption } from './support/controls.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let bench: Workbench
let productId: string
let ca: Issued
let caId: string
beforeAll(async () => {
  bench = openWorkbench()
  productId = await registerProduct(site.quayside)
  ca = makeCa(bench, { name: 'line', subject: '/O=Workshop/CN=Line 4', key: 'p256' })
  const uploaded = await ok('POST', '/v5/iot/{project}/certificates', { content: ca.pem })
  caId = uploaded.certificate_id
  const proof = verificationCert(bench, ca, uploaded.verify_code, { key: 'p256' })
  await ok('POST', `/v5/iot/{project}/certificates/${caId}/action?action_id=verify`, {
    verify_content: proof.pem,
  })
})
afterAll(() => bench.dispose())

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await site.quayside.api(method, path, body)
  expect([answer.status < 300, answer.body]).toEqual([true, answer.body])
  return answer.body
}

async function chooseProduct(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('combobox', { name: 'Product' }).click()
  await page
    .locator('.ant-select-dropdown:visible .ant-select-item-option-content')
    .getByText(productId)
    .click()
}

test('a template is made, bound to a CA and tried; a device registers by it; it is deleted when unbound', async () => {
  const { page, picture, leave } = await site.enter()
  const dialog = page.getByRole('dialog')
  const leaf = signLeaf(bench, ca, { name: 'meter-7', subject: '/OU=Hall 2/CN=meter-7', key: 'p256' })
  const bare = signLeaf(bench, ca, { name: 'meter-8', subject: '/O=Workshop', key: 'p256' })
  const deviceId = `${productId}_meter-7`
  await page.goto('/provisioning')
  await page.getByText('There is no template. Create one').waitFor()
  await page.getByText('There is no group. Create one').waitFor()

  await page.getByRole('button', { name: 'Create template' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('line-4')
  const body = dialog.getByRole('textbox', { name: 'Template (JSON)' })
  const example = await body.inputValue()
  await body.fill('{ "parameters": ')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('This is not a JSON object.').waitFor()
  await body.fill(example.replace('"node_id"', '"node"'))
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('template_body.resources.device.node: is not known').waitFor()
  expect(await body.getAttribute('aria-invalid')).toBe('true')
  await body.fill(example)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('template_body.resources.device.product_id: must not be empty').waitFor()
  expect(await dialog.getByRole('combobox', { name: 'Product' }).getAttribute('aria-invalid')).toBe('true')
  await chooseProduct(page)
  await expect
    .poll(async () => JSON.parse(await body.inputValue()).resources.device.product_id)
    .toBe(productId)
  expect(await seriousProblems(page)).toEqual([])
  await picture('provisioning-template')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The template “line-4” was created.').waitFor()
  const table = page.getByRole('table', { name: 'Provisioning templates' })
  await table.getByText('None: no device registers by it.').waitFor()

  await table.getByRole('link', { name: 'Bind it to a CA certificate' }).click()
  await page.getByRole('link', { name: 'Line 4' }).click()
  await page.getByRole('switch', { name: 'Devices of this CA register themselves' }).click()
  await page.getByText('No template is chosen').waitFor()
  await chooseOption(page, page.getByRole('combobox', { name: 'Provisioning template' }), 'line-4')
  await page.getByText('No template is chosen').waitFor({ state: 'detached' })
  expect(await seriousProblems(page)).toEqual([])
  await picture('provisioning-ca')

  await page.goto('/provisioning')
  await table.getByRole('link', { name: 'Line 4' }).waitFor()
  const trial = page.getByRole('region', { name: 'Test against a pasted certificate' })
  const tryOn = async ({ pem }: Issued): Promise<void> => {
    await trial.getByLabel('Or paste its PEM text').fill(pem)
    await trial.getByRole('button', { name: 'Test' }).click()
  }
  await tryOn(bare)
  await trial.getByText('A device with this certificate would not register itself.').waitFor()
  await trial.getByText("takes node_id from the certificate's common_name").waitFor()
  await picture('provisioning-trial-refused')
  await tryOn(leaf)
  await trial.getByText('A device with this certificate would register itself.').waitFor()
  await trial.getByText(deviceId, { exact: true }).waitFor()
  await trial.getByText('read for device_name, node_id').waitFor()
  await trial.getByText('origin: self-registered').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('provisioning-trial')

  const { code, client } = await connectOnce(`mqtts://localhost:${site.quayside.ports.mqtts}`, {
    ...{ clientId: clientIdOf(deviceId), username: deviceId, password: '' },
    ...{ cert: leaf.pem, key: leaf.keyPem, rejectUnauthorized: false },
  })
  expect(code).toBe(0)
  await client?.endAsync()
  await page.goto(`/devices/${deviceId}`)
  await page.getByRole('heading', { name: 'meter-7', level: 1 }).waitFor()
  await page.goto(`/devices/${deviceId}?tab=connections`)
  await page.getByText("The provisioning template 'line-4' registered it").first().waitFor()

  await page.goto('/provisioning')
  await page.getByRole('button', { name: 'Delete line-4' }).click()
  await dialog.getByRole('textbox').fill('line-4')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await dialog.getByRole('alert').getByText('1 CA').waitFor()
  await ok('PUT', `/v5/iot/{project}/certificates/${caId}`, { template_id: null })
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('The template “line-4” was deleted.').waitFor()
  await leave()
})

test('a group is made and its secret shown once; it is changed, switched off and deleted; another is of a CA', async () => {
  const { page, picture, leave } = await site.enter()
  const dialog = page.getByRole('dialog')
  await page.goto('/provisioning')
  const groups = page.getByRole('table', { name: 'Registration groups' })
  const listed = async (): Promise<Body[]> =>
    (await ok('GET', '/quayside/v1/{project}/registration-groups')).groups

  await page.getByRole('button', { name: 'Create group' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Spring batch')
  await dialog.getByRole('textbox', { name: 'Address' }).fill('mqtts://no')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('must be host:port, without a scheme').waitFor()
  await dialog.getByRole('textbox', { name: 'Address' }).fill('')
  await chooseProduct(page)
  expect(await seriousProblems(page)).toEqual([])
  await picture('provisioning-group')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('It is not shown again').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('provisioning-group-secret')
  const [scopeId, secret = ''] = await dialog.locator('.code').allTextContents()
  expect(Buffer.from(secret, 'base64')).toHaveLength(32)
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'I have stored the secret' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.content()).not.toContain(secret)
  expect(await listed()).toMatchObject([
    { scope_id: scopeId, name: 'Spring batch', product_id: productId, enabled: true },
  ])

  await groups.getByRole('switch', { name: 'Spring batch is enabled' }).click()
  await expect.poll(async () => (await listed())[0]?.enabled).toBe(false)
  await groups.getByRole('button', { name: 'Edit Spring batch' }).click()
  await dialog.getByRole('textbox', { name: 'Start configuration (JSON)' }).fill('[1]')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('This is not a JSON object.').waitFor()
  await dialog.getByRole('textbox', { name: 'Start configuration (JSON)' }).fill('{"interval":60}')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The group “Spring batch” was saved.').waitFor()
  expect(await listed()).toMatchObject([{ init_config: { interval: 60 }, product_id: productId }])

  await page.getByRole('button', { name: 'Create group' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Of the line')
  await dialog.getByRole('radio', { name: 'Certificates of a CA' }).check()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Choose a CA certificate.').waitFor()
  await chooseOption(page, dialog.getByRole('combobox', { name: 'CA certificate' }), 'Line 4')
  const scope = dialog.getByRole('textbox', { name: 'Scope ID' })
  await scope.fill(scopeId ?? '')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('is the scope ID of another registration group').waitFor()
  expect(await scope.getAttribute('aria-invalid')).toBe('true')
  await scope.fill('line4')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The group “Of the line” was created.').waitFor()
  await groups.getByRole('link', { name: 'Line 4' }).waitFor()
  expect((await listed())[0]).toMatchObject({
    ...{ method: 'CERTIFICATES', certificate_id: caId, scope_id: 'line4' },
  })
  expect(await seriousProblems(page)).toEqual([])
  await picture('provisioning-groups')

  await groups.getByRole('button', { name: 'Delete Spring batch' }).click()
  await dialog.getByRole('textbox').fill('Spring batch')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('The group “Spring batch” was deleted.').waitFor()
  expect(await listed()).toHaveLength(1)
  await leave()
})
