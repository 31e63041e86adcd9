import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, readFileSync } from 'node:fs'
import { createServer, request as forward } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Locator, Page } from 'playwright-core'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { clientIdOf, connectOnce } from '../support/device-client.ts'
import { openWorkbench, type Workbench } from '../support/openssl.ts'
import { registerProduct } from '../support/registered-device.ts'
import { seriousProblems, sidewaysOverflow, visit, visits } from './support/browser.ts'
import { chooseOption, downloaded } from './support/controls.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite('--host-resolver-rules=MAP console.example 127.0.0.1')
beforeAll(async () => {
  await registerProduct(site.quayside)
})

let bench: Workbench
beforeEach(() => {
  bench = openWorkbench()
})
afterEach(() => bench.dispose())

// The guide's names (S52, S60, S70, S124).
const keyFiles = ['rootCA.key', 'verificationCert.key', 'deviceCert.key'] as const
const files = [
  ...keyFiles,
  'rootCA.pem',
  'verificationCert.csr',
  'verificationCert.pem',
  'deviceCert.csr',
  'deviceCert.pem',
]

async function openWizard(page: Page): Promise<void> {
  await page.goto('/wizard')
  await page.getByRole('heading', { name: 'Commissioning wizard', level: 1 }).waitFor()
}

const step = (page: Page, title: string): Locator =>
  page.getByRole('region').filter({ has: page.getByRole('heading', { name: title }) })

/** Fills in what registration needs, and has all of it done. */
async function doAll(page: Page, nodeId: string): Promise<void> {
  const register = step(page, '4. Upload, prove, register')
  await chooseOption(page, register.getByLabel('Product', { exact: true }), 'load · DefaultApp')
  await register.getByLabel('Node ID').fill(nodeId)
  await register.getByRole('button', { name: 'Do it all' }).click()
  await register.getByRole('link', { name: 'Open the device' }).waitFor()
}

/** Downloads the files one by one into the workbench, under the names that the browser gives them. */
async function downloadEach(page: Page): Promise<void> {
  for (const name of files) {
    const download = await downloaded(page, page.getByRole('button', { name }))
    expect(download.suggestedFilename()).toBe(name)
    copyFileSync(await download.path(), bench.path(name))
  }
}

const textOf = (name: string): string => readFileSync(bench.path(name), 'utf8')

/** Everything that the page sends, as text: addresses, and bodies byte for byte. */
function watch(page: Page): () => string {
  const sent: string[] = []
  page.on('request', (request) =>
    sent.push(
      request.url(),
      request.postDataBuffer()?.toString('latin1') ?? '',
      JSON.stringify(request.headers()),
    ),
  )
  return () => sent.join('\n')
}

/** The secret parts of a key as text would carry them: its numbers in hex and Base64, and the lines of its file. */
function secretsOf(keyPem: string): readonly string[] {
  const { d, p, q, dp, dq, qi } = createPrivateKey(keyPem).export({ format: 'jwk' })
  const numbers = [d, p, q, dp, dq, qi]
    .filter((part) => part !== undefined)
    .flatMap((part) => {
      const bytes = Buffer.from(part, 'base64url')
      return [part, bytes.toString('base64').slice(0, 40), bytes.toString('hex'), bytes.toString('latin1')]
    })
  // The file of a private key has the public one in it, which its certificate shows to everyone.
  const open = createPublicKey(keyPem).export({ type: 'spki', format: 'der' })
  const lines = keyPem
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('-----') && !open.includes(Buffer.from(line, 'base64')))
  expect(lines.length).toBeGreaterThan(0)
  return [...numbers, ...lines].filter((part) => part.length >= 16)
}

async function connect(deviceId: string) {
  const platform = await site.quayside.api('GET', '/quayside/v1/{project}/platform')
  return connectOnce(`mqtts://localhost:${site.quayside.ports.mqtts}`, {
    ca: platform.body.ca.content,
    cert: textOf('deviceCert.pem'),
    key: textOf('deviceCert.key'),
    clientId: clientIdOf(deviceId),
    username: deviceId,
    password: '',
  })
}

const statusOf = async (deviceId: string): Promise<string> =>
  (await site.quayside.api('GET', `/v5/iot/{project}/devices/${deviceId}`)).body.status

test.each([
  { kind: 'RSA-2048', says: /Public-Key: \(2048 bit\)[^]*Modulus/, nodeId: 'rsa-1' },
  { kind: 'EC P-256', says: /NIST CURVE: P-256/, nodeId: 'ec-1' },
])(
  'guide S47–S79 in the browser with $kind: openssl agrees with every file, no key is sent, and the device comes online',
  async ({ kind, says, nodeId }) => {
    const { page, picture, leave } = await site.visit()
    const sent = watch(page)
    await signIn(page, site.quayside)
    await openWizard(page)
    await chooseOption(page, step(page, '1. CA certificate').getByLabel('Key'), kind)
    await chooseOption(page, step(page, '3. Device certificate').getByLabel('Key'), kind)

    await doAll(page, nodeId)
    await page.evaluate('scrollTo(0, 0)')
    await picture(`wizard-done-${nodeId}`)
    expect(await seriousProblems(page)).toEqual([])
    await downloadEach(page)

    for (const name of ['rootCA', 'verificationCert', 'deviceCert']) {
      const text = bench.openssl('x509', '-noout', '-text', '-in', `${name}.pem`)
      expect(text).toMatch(says)
      const ofCertificate = bench.openssl('x509', '-noout', '-pubkey', '-in', `${name}.pem`)
      expect(bench.openssl('pkey', '-pubout', '-in', `${name}.key`)).toBe(ofCertificate)
      bench.openssl('pkey', '-check', '-noout', '-in', `${name}.key`)
      if (name === 'rootCA') continue
      expect(bench.openssl('verify', '-x509_strict', '-CAfile', 'rootCA.pem', `${name}.pem`)).toContain('OK')
      bench.openssl('req', '-verify', '-noout', '-in', `${name}.csr`)
      expect(bench.openssl('req', '-noout', '-pubkey', '-in', `${name}.csr`)).toBe(ofCertificate)
      const subject = bench.openssl('x509', '-noout', '-subject', '-in', `${name}.pem`)
      expect(bench.openssl('req', '-noout', '-subject', '-in', `${name}.csr`)).toBe(subject)
    }
    const { validFrom, validTo, subject } = new X509Certificate(textOf('deviceCert.pem'))
    expect(Math.round((Date.parse(validTo) - Date.parse(validFrom)) / 86_400_000)).toBe(500)
    expect(subject).toBe('CN=device-1')
    const root = new X509Certificate(textOf('rootCA.pem'))
    expect(root.ca).toBe(true)
    expect(Math.round((Date.parse(root.validTo) - Date.parse(root.validFrom)) / 86_400_000)).toBe(1024)

    const traffic = sent()
    for (const name of ['rootCA.pem', 'verificationCert.pem'])
      expect(traffic).toContain(JSON.stringify(textOf(name)).slice(1, -1))
    expect(traffic).not.toContain('PRIVATE KEY')
    for (const name of keyFiles)
      for (const part of secretsOf(textOf(name))) expect(traffic.includes(part)).toBe(false)

    const { body } = await site.quayside.api('GET', `/v5/iot/{project}/devices?node_id=${nodeId}`)
    const deviceId: string = body.devices[0].device_id
    const { code, client } = await connect(deviceId)
    expect(code).toBe(0)
    await vi.waitFor(async () => expect(await statusOf(deviceId)).toBe('ONLINE'), { timeout: 30_000 })
    await client?.endAsync()
    await page.getByRole('link', { name: 'Open the device' }).click()
    await page.waitForURL(`**/devices/${deviceId}**`)
    await leave()
  },
)

test('the zip file holds the guide’s files, and the connection kit has the device’s key in it', async () => {
  const { page, leave } = await site.enter()
  await openWizard(page)
  await chooseOption(page, step(page, '1. CA certificate').getByLabel('Key'), 'EC P-256')
  await chooseOption(page, step(page, '3. Device certificate').getByLabel('Key'), 'EC P-256')
  await doAll(page, 'zipped')

  const zip = await downloaded(page, page.getByRole('button', { name: 'Download all as a zip file' }))
  expect(zip.suggestedFilename()).toBe('commissioning.zip')
  execFileSync('unzip', ['-q', await zip.path(), '-d', bench.dir])
  expect(bench.openssl('verify', '-CAfile', 'rootCA.pem', 'deviceCert.pem')).toContain('OK')
  const listed = execFileSync('unzip', ['-Z', await zip.path()], { encoding: 'utf8' })
  for (const name of files) {
    const mode = keyFiles.some((key) => key === name) ? '-rw-------' : '-rw-r--r--'
    expect(listed).toMatch(new RegExp(`^${mode} .* ${name.replace('.', '\\.')}$`, 'm'))
  }
  const kit = await downloaded(page, page.getByRole('button', { name: /Download .*kit|Download all$/ }))
  const inKit = execFileSync('unzip', ['-p', await kit.path(), '*/deviceCert.key'], { encoding: 'utf8' })
  expect(inKit).toBe(textOf('deviceCert.key'))
  await leave()
})

test('with the guide’s own values CA and device have one name: that is explained, and the device connects', async () => {
  const { page, leave } = await site.enter()
  await openWizard(page)
  for (const title of ['1. CA certificate', '3. Device certificate']) {
    const panel = step(page, title)
    await chooseOption(page, panel.getByLabel('Key'), 'EC P-256')
    await panel.getByText('More about the subject').click()
    await panel.getByRole('button', { name: 'Fill in the guide’s sample values' }).click()
  }
  await page.getByText('CA and device have the same name').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await doAll(page, 'same-name')
  await downloadEach(page)

  const { subject, issuer } = new X509Certificate(textOf('deviceCert.pem'))
  expect(subject).toBe('C=CN\nST=GD\nL=SZ\nO=Huawei\nOU=IoT\nCN=zhangsan')
  expect(issuer).toBe(subject)
  const { body } = await site.quayside.api('GET', '/v5/iot/{project}/devices?node_id=same-name')
  const { code, client } = await connect(body.devices[0].device_id)
  expect(code).toBe(0)
  await client?.endAsync()
  await leave()
})

test('step by step: each certificate by its own button, a refusal is told and mended, then another device', async () => {
  const { page, leave } = await site.enter()
  await openWizard(page)
  const [ca, verification, device, register] = [
    step(page, '1. CA certificate'),
    step(page, '2. Verification certificate'),
    step(page, '3. Device certificate'),
    step(page, '4. Upload, prove, register'),
  ] as const

  expect(await device.getByRole('button', { name: 'Make device certificate' }).isDisabled()).toBe(true)
  await ca.getByLabel('Common Name (CN)').fill('')
  await ca.getByRole('button', { name: 'Make CA certificate' }).click()
  await ca.getByText('Enter a Common Name.').waitFor()
  await ca.getByLabel('Common Name (CN)').fill('工坊 CA')
  await chooseOption(page, ca.getByLabel('Key'), 'EC P-256')
  await ca.getByRole('button', { name: 'Make CA certificate' }).click()
  await ca.getByText('Made for 工坊 CA, EC P-256.').waitFor()
  await ca.getByText('Details', { exact: true }).click()
  await ca.getByText('CN=工坊 CA').first().waitFor()
  await verification.getByLabel('Verification code').fill('0123456789abcdef0123456789abcdef')
  await verification.getByRole('button', { name: 'Make verification certificate' }).click()
  await verification.getByText('Made for 0123456789abcdef0123456789abcdef').waitFor()
  await chooseOption(page, device.getByLabel('Key'), 'EC P-256')
  await device.getByRole('button', { name: 'Make device certificate' }).click()
  await device.getByText('Made for device-1, EC P-256.').waitFor()

  await register.getByRole('button', { name: 'Do the rest' }).click()
  await register.getByText('Choose a product; if there is none').waitFor()
  await chooseOption(page, register.getByLabel('Product', { exact: true }), 'load · DefaultApp')
  // Registered by the first test of this file.
  await register.getByLabel('Node ID').fill('rsa-1')
  await register.getByRole('button', { name: 'Do the rest' }).click()
  await register.getByText('The CA certificate is Verified.').waitFor()
  await register.getByRole('alert').filter({ hasText: 'rsa-1' }).first().waitFor()
  await register.getByLabel('Node ID').fill('by-hand-1')
  await register.getByRole('button', { name: 'Do the rest' }).click()
  await register.getByRole('link', { name: 'Open the device' }).waitFor()

  const another = register.getByRole('button', { name: 'Another device from this CA' })
  expect(await another.isDisabled()).toBe(true)
  await downloadEach(page)
  // Made for a code of before, it was made again for the one that the platform gave.
  expect(new X509Certificate(textOf('verificationCert.pem')).subject).not.toContain('0123456789abcdef')
  await another.click()
  await device.getByRole('button', { name: 'Make device certificate' }).waitFor()
  await expect.poll(() => device.getByLabel('Common Name (CN)').inputValue()).toBe('device-2')
  await register.getByLabel('Node ID').fill('by-hand-2')
  await register.getByRole('button', { name: 'Do the rest' }).click()
  await register.getByRole('link', { name: 'Open the device' }).waitFor()
  await downloadEach(page)

  const certificates = await site.quayside.api('GET', '/quayside/v1/{project}/certificates')
  const named = certificates.body.certificates.filter(
    ({ cn_name }: { cn_name: string }) => cn_name === '工坊 CA',
  )
  expect(named.map(({ verified }: { verified: boolean }) => verified)).toEqual([true])
  const { body } = await site.quayside.api('GET', '/v5/iot/{project}/devices?node_id=by-hand-2')
  const { code, client } = await connect(body.devices[0].device_id)
  expect(code).toBe(0)
  await client?.endAsync()
  await leave()
})

test('leaving with keys that were not downloaded asks first; they can be taken along', async () => {
  const { page, leave } = await site.enter()
  await openWizard(page)
  await chooseOption(page, step(page, '1. CA certificate').getByLabel('Key'), 'EC P-256')
  await page.getByRole('button', { name: 'Make CA certificate' }).click()
  await page.getByText('Not downloaded yet: rootCA.key.').waitFor()
  const toOverview = page.getByRole('link', { name: 'Overview' })
  const dialog = page.getByRole('dialog', { name: 'Keys are not downloaded' })

  await toOverview.click()
  await dialog.waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Stay' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('heading', { name: 'Commissioning wizard', level: 1 }).waitFor()
  const warned = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const beforeUnload = await warned
  expect(beforeUnload.type()).toBe('beforeunload')
  await beforeUnload.dismiss()
  await toOverview.click()
  const download = await downloaded(page, dialog.getByRole('button', { name: 'Download and leave' }))

  expect(download.suggestedFilename()).toBe('commissioning.zip')
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  await leave()
})

test('over plain HTTP from another machine the page tells why it cannot, and where it can', async () => {
  // The platform leads such a page to HTTPS, unless a proxy on its own machine hides where the browser is.
  const proxy = createServer((request, response) => {
    const { url: path, method, headers } = request
    const host = `localhost:${site.quayside.ports.http}`
    const origin = `http://${host}`
    const onward = forward(
      {
        port: site.quayside.ports.http,
        path,
        method,
        headers: { ...headers, host, ...(headers.origin !== undefined && { origin }) },
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    )
    onward.on('error', () => response.destroy())
    request.pipe(onward)
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  const { port } = proxy.address() as AddressInfo
  const { page, leave } = await visit(site.browser, `http://console.example:${port}`)
  await signIn(page, site.quayside)
  await openWizard(page)

  await page.getByText('This page came over plain HTTP from another machine').waitFor()
  await page
    .getByRole('link', { name: `https://console.example:${site.quayside.ports.https}/wizard` })
    .waitFor()
  expect(await page.getByRole('button', { name: 'Make CA certificate' }).isDisabled()).toBe(true)
  expect(await page.getByRole('button', { name: 'Do it all' }).isDisabled()).toBe(true)
  await page
    .getByRole('region', { name: 'The same with openssl' })
    .getByText('openssl req -x509 -new -nodes -key rootCA.key -sha256 -days 1024')
    .first()
    .waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await leave()
  proxy.closeAllConnections()
  proxy.close()
})

const words = {
  en: { title: 'Commissioning wizard', more: 'More about the subject', commands: 'The same with openssl' },
  'zh-CN': { title: '调测证书向导', more: '更多使用者信息', commands: '等效的 openssl 命令' },
} as const

test.for(visits)('the wizard is open to everyone: $language, $theme, $width px', async (how) => {
  const { language = 'en', theme, width } = how
  const { title, more, commands } = words[language]
  const { page, picture, leave } = await site.enter(how)

  await page.goto('/wizard')
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
  await page.getByText(more).first().click()
  await page.getByText(commands).first().click()
  await page.getByRole('region', { name: commands }).first().waitFor()

  expect(await seriousProblems(page)).toEqual([])
  expect(await sidewaysOverflow(page)).toBe(0)
  await page.evaluate('scrollTo(0, 0)')
  await picture(`wizard-${language}-${theme}-${width}`)
  await leave()
})
