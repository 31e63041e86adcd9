import { readFileSync, writeFileSync } from 'node:fs'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientIdOf, connectOnce } from '../support/device-client.ts'
import {
  type CaOptions,
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { registerProduct } from '../support/registered-device.ts'
import { seriousProblems } from './support/browser.ts'
import { chooseFile } from './support/controls.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let bench: Workbench
beforeAll(async () => {
  bench = openWorkbench()
})
afterAll(async () => {
  bench.dispose()
})

const aCa = (name: string, options: CaOptions = {}): Issued =>
  makeCa(bench, { name, key: 'p256', subject: `/O=Workshop/CN=${name}`, ...options })

async function upload(ca: Issued): Promise<{ readonly id: string; readonly code: string }> {
  const { status, body } = await site.quayside.api('POST', '/v5/iot/{project}/certificates', {
    content: ca.pem,
  })
  expect([status, body]).toEqual([201, body])
  return { id: body.certificate_id, code: body.verify_code }
}

async function openList(page: Page): Promise<void> {
  await page.goto('/ca-certificates')
  await page.getByRole('heading', { name: 'Device CA Certificates', level: 1 }).waitFor()
}

const rowOf = (page: Page, name: string): Locator => page.getByRole('row').filter({ hasText: name })

test('guide S41–S63 by clicks: uploaded it is Unverified, with its verification certificate Verified', async () => {
  const { page, context, picture, leave } = await site.visit()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signIn(page, site.quayside)
  // S49, S50: the guide's own commands and sample values.
  const ca = makeCa(bench)

  await openList(page)
  await page.getByRole('button', { name: 'Upload Certificate' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'Upload Certificate' })
  await chooseFile(page, dialog, ca.certPath)
  await dialog.getByText('Chosen: rootCA.pem').waitFor()
  await dialog.getByText('Valid, expires in 2 years').first().waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('ca-certificate-upload')
  await dialog.getByRole('button', { name: 'OK' }).click()
  await dialog.waitFor({ state: 'detached' })
  await rowOf(page, 'zhangsan').getByText('Unverified').waitFor()
  await page.getByText('99 more of 100 can be uploaded.').waitFor()

  await page.getByRole('button', { name: 'Upload Verification Certificate for zhangsan' }).click()
  const verify = page.getByRole('dialog', { name: 'Upload Verification Certificate' })
  await verify.getByRole('button', { name: 'Copy openssl commands' }).click()
  await verify.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('verification-certificate')
  // S55–S60: the very lines of the page, pasted into a shell.
  const lines = await page.evaluate<string>('navigator.clipboard.readText()')
  expect(lines.split('\n')).toHaveLength(3)
  for (const line of lines.split('\n')) bench.openssl(...line.replaceAll('"', '').split(' ').slice(1))
  await chooseFile(page, verify, bench.path('verificationCert.pem'))
  await verify.getByRole('button', { name: 'OK' }).click()

  await verify.waitFor({ state: 'detached' })
  await rowOf(page, 'zhangsan').getByText('Verified', { exact: true }).waitFor()
  await page.getByText('“zhangsan” is Verified.').waitFor()
  const { body } = await site.quayside.api('GET', '/v5/iot/{project}/certificates')
  expect(body.certificates.map(({ status }: { status: boolean }) => status)).toEqual([true])
  await leave()
})

test('its own page takes the proof too, tells why one is none, and becomes Verified in place', async () => {
  const ca = aCa('press')
  const other = aCa('somebody else')
  const { id, code } = await upload(ca)
  const { page, leave } = await site.enter()
  await openList(page)
  await page.getByRole('link', { name: 'press' }).click()
  await page.getByRole('heading', { name: 'press', level: 1 }).waitFor()
  const status = page.getByRole('status', { name: 'Status' })
  await status.getByText('Unverified').waitFor()
  await page.getByText(code, { exact: true }).waitFor()
  const prove = async (path: string): Promise<void> => {
    await chooseFile(page, page.locator('main'), path)
    await page.getByRole('button', { name: 'OK' }).click()
  }

  const wrongCode = verificationCert(bench, ca, 'f'.repeat(32), { name: 'wrongCode', key: 'p256' })
  await prove(wrongCode.certPath)
  await page.getByText(`but must be the verification code ${code}`).waitFor()
  // S57 misread: the user's own name as Common Name.
  const ownName = signLeaf(bench, ca, { name: 'ownName', key: 'p256', subject: '/C=CN/O=Huawei/CN=zhangsan' })
  await prove(ownName.certPath)
  await page.getByText(`its Common Name is 'zhangsan', but must be the verification code ${code}`).waitFor()
  const expired = verificationCert(bench, ca, code, {
    name: 'expiredProof',
    key: 'p256',
    validity: { from: '20200101000000Z', to: '20210101000000Z' },
  })
  await prove(expired.certPath)
  await page.getByText('it expired at 2021-01-01').waitFor()
  const foreign = verificationCert(bench, other, code, { name: 'foreign', key: 'p256' })
  await prove(foreign.certPath)
  await page.getByText("it is signed by another key than the CA's").waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await status.getByText('Unverified').waitFor()

  const proof = verificationCert(bench, ca, code, { name: 'proof', key: 'p256' })
  await prove(proof.certPath)
  await status.getByText('Verified', { exact: true }).waitFor()
  await page.getByRole('heading', { name: 'Upload Verification Certificate' }).waitFor({ state: 'detached' })
  const { body } = await site.quayside.api('GET', `/v5/iot/{project}/certificates/${id}`)
  expect(body.status).toBe(true)
  await leave()
})

test('a private key that was chosen, dropped or pasted by mistake never leaves the browser', async () => {
  const ca = aCa('careless')
  const { page, leave } = await site.visit()
  const bodies: string[] = []
  page.on('request', (request) => bodies.push(request.postData() ?? ''))
  await signIn(page, site.quayside)
  await openList(page)
  await page.getByRole('button', { name: 'Upload Certificate' }).first().click()
  const dialog = page.getByRole('dialog')
  const told = dialog.getByText('This is a private key. It was not sent and not kept.')

  await chooseFile(page, dialog, ca.keyPath)
  await told.waitFor()
  expect(await dialog.getByRole('button', { name: 'OK' }).isDisabled()).toBe(true)
  await expect.poll(() => dialog.getByLabel('Or paste its PEM text').inputValue()).toBe('')
  await chooseFile(page, dialog, ca.certPath)
  await told.waitFor({ state: 'detached' })
  await dialog.getByLabel('Or paste its PEM text').fill(`${ca.pem}${ca.keyPem}`)
  await told.waitFor()
  bench.openssl('pkey', '-in', ca.keyPath, '-outform', 'DER', '-out', bench.path('careless.der'))
  await chooseFile(page, dialog, ca.certPath)
  await told.waitFor({ state: 'detached' })
  await chooseFile(page, dialog, bench.path('careless.der'))
  await told.waitFor()

  const secretLine = ca.keyPem.split('\n')[1] ?? ''
  expect(secretLine.length).toBe(64)
  expect(bodies.some((body) => body.includes('BEGIN CERTIFICATE'))).toBe(true)
  expect(bodies.filter((body) => body.includes('PRIVATE KEY') || body.includes(secretLine))).toEqual([])
  await leave()
})

test('DER is turned into PEM, and what the platform refuses is told beside the form in its words', async () => {
  const ca = aCa('from DER')
  const der = bench.path('ca.der')
  writeFileSync(der, ca.der)
  const leaf = signLeaf(bench, ca, { name: 'leaf', key: 'p256', subject: '/CN=some device' })
  const expired = aCa('expired', { validity: { from: '20200101000000Z', to: '20210101000000Z' } })
  const text = bench.path('notes.pem')
  writeFileSync(text, 'nothing of the kind')
  const { page, picture, leave } = await site.enter()
  await openList(page)
  await page.getByRole('button', { name: 'Upload Certificate' }).first().click()
  const dialog = page.getByRole('dialog')
  const ok = dialog.getByRole('button', { name: 'OK' })

  await chooseFile(page, dialog, text)
  await dialog.getByText('there is no -----BEGIN CERTIFICATE----- line in it').waitFor()
  expect(await ok.isDisabled()).toBe(true)
  await chooseFile(page, dialog, leaf.certPath)
  await dialog.getByText('some device', { exact: true }).first().waitFor()
  await ok.click()
  await dialog.getByText('is not a CA certificate').waitFor()
  await chooseFile(page, dialog, expired.certPath)
  await dialog.getByText('Expired 5 years ago').first().waitFor()
  await picture('ca-certificate-expired')
  await ok.click()
  await dialog.getByRole('alert').getByText('expired at 2021-01-01').waitFor()
  await chooseFile(page, dialog, der)
  await dialog.getByText('from DER', { exact: true }).waitFor()
  await ok.click()
  await dialog.waitFor({ state: 'detached' })

  const { body } = await site.quayside.api('GET', '/v5/iot/{project}/certificates')
  const uploaded = body.certificates.find(({ cn_name }: { cn_name: string }) => cn_name === 'from DER')
  const whole = await site.quayside.api('GET', `/v5/iot/{project}/certificates/${uploaded.certificate_id}`)
  expect(whole.body.content).toBe(readFileSync(ca.certPath, 'utf8'))
  await leave()
})

test('the list is found in, sorted, and warns of an expiry that is near; the address keeps it all', async () => {
  await upload(aCa('near its end', { days: 20 }))
  const far = aCa('far from it', { days: 3000 })
  await upload(far)
  const { page, leave } = await site.enter()
  await openList(page)

  await rowOf(page, 'near its end').getByText('Expires soon').waitFor()
  await page.getByRole('button', { name: 'Valid until' }).click()
  await page
    .getByRole('columnheader', { name: 'Valid until' })
    .and(page.locator('[aria-sort=ascending]'))
    .waitFor()
  await expect.poll(() => page.getByRole('row').nth(1).textContent()).toContain('near its end')
  await page.waitForURL(/sort=until/)
  const fingerprint = (far.sha256.toUpperCase().match(/../g) ?? []).join(':')
  await page.getByLabel('Find by name, subject or fingerprint').fill(fingerprint)
  await page.getByText('1 CA certificate', { exact: true }).waitFor()
  await page.reload()
  await rowOf(page, 'far from it').waitFor()
  await page.getByLabel('Find by name, subject or fingerprint').fill('nobody')
  await page.getByText('No CA certificate has “nobody” in its subject').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await rowOf(page, 'near its end').waitFor()
  await leave()
})

test('devices that came by a CA are counted, and deleting it by its name cuts them off', async () => {
  const ca = aCa('doomed')
  const { id, code } = await upload(ca)
  const proof = verificationCert(bench, ca, code, { name: 'doomedProof', key: 'p256' })
  await site.quayside.api('POST', `/v5/iot/{project}/certificates/${id}/action?action_id=verify`, {
    verify_content: proof.pem,
  })
  const device = signLeaf(bench, ca, { name: 'dependent', key: 'p256', subject: '/CN=dependent' })
  const registered = await site.quayside.api('POST', '/v5/iot/{project}/devices', {
    product_id: await registerProduct(site.quayside),
    node_id: 'dependent',
    auth_info: { auth_type: 'CERTIFICATES', fingerprint: device.sha256 },
  })
  const deviceId: string = registered.body.device_id
  const { client } = await connectOnce(`mqtts://localhost:${site.quayside.ports.mqtts}`, {
    cert: device.pem,
    key: device.keyPem,
    rejectUnauthorized: false,
    clientId: clientIdOf(deviceId),
    username: deviceId,
  })
  expect(client?.connected).toBe(true)
  const closed = new Promise((resolve) => client?.once('close', () => resolve('closed')))
  const { page, leave } = await site.enter()

  await page.goto(`/ca-certificates/${id}`)
  await page.getByText('1 device last connected by it.').waitFor()
  expect(
    await page.getByRole('link', { name: 'Devices with X.509 certificates' }).getAttribute('href'),
  ).toMatch(/^\/devices\?.*auth=CERTIFICATES/)
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('1 device last connected by it. Its connection is cut now').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  const confirm = dialog.getByRole('button', { name: 'Delete' })
  expect(await confirm.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('doomed')
  await confirm.click()

  await page.getByText('“doomed” was deleted.').waitFor()
  await page.getByRole('heading', { name: 'Device CA Certificates', level: 1 }).waitFor()
  await rowOf(page, 'doomed').waitFor({ state: 'detached' })
  expect(await closed).toBe('closed')
  await client?.endAsync(true)
  await leave()
})
