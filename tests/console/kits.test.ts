import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Download, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { repository } from '../support/quayside.ts'
import { seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { downloaded, tryAgain } from './support/controls.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let bench: Workbench
let productId: string
let certificate: Issued
beforeAll(async () => {
  bench = openWorkbench()
  productId = await createProduct()
  certificate = await proveCa()
})
afterAll(async () => {
  bench.dispose()
})

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quayside-kit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The guide's product (S39, S40); answers its id. */
async function createProduct(): Promise<string> {
  const { status, body } = await site.quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'meter',
    device_type: 'Meter',
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
            min: '0',
            max: '100',
            step: 1,
            unit: '%',
            method: 'R',
          },
        ],
      },
    ],
  })
  expect(status).toBe(201)
  return body.product_id
}

/** A CA that is uploaded and verified, and a device certificate of it, as the guide makes them. */
async function proveCa(): Promise<Issued> {
  const ca = makeCa(bench)
  const uploaded = await site.quayside.api('POST', '/v5/iot/{project}/certificates', { content: ca.pem })
  const { certificate_id: id, verify_code: code } = uploaded.body
  const proof = verificationCert(bench, ca, code)
  const verified = await site.quayside.api(
    'POST',
    `/v5/iot/{project}/certificates/${id}/action?action_id=verify`,
    { verify_content: proof.pem },
  )
  expect(verified.status).toBe(200)
  return signLeaf(bench, ca)
}

type Proof = 'secret' | 'certificate'

async function register(nodeId: string, proof: Proof): Promise<string> {
  const auth =
    proof === 'secret'
      ? { auth_type: 'SECRET', secret: 'its_a-secret-of-the-kit' }
      : { auth_type: 'CERTIFICATES', fingerprint: certificate.sha256 }
  const { status, body } = await site.quayside.api('POST', '/v5/iot/{project}/devices', {
    product_id: productId,
    node_id: nodeId,
    auth_info: auth,
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.device_id
}

async function openKit(page: Page, deviceId: string): Promise<void> {
  await page.goto(`/devices/${deviceId}?tab=connect`)
  await page.getByRole('heading', { name: 'Connection kit' }).waitFor()
}

/** Downloads the kit by its button and unzips it; answers its folder. */
async function takeKit(page: Page, name = 'Download the kit'): Promise<string> {
  const download = await downloaded(page, page.getByRole('button', { name }))
  return unzip(download)
}

async function unzip(download: Download): Promise<string> {
  const path = join(folder, download.suggestedFilename())
  await download.saveAs(path)
  const { status, output } = await run('unzip', ['-q', path], folder)
  expect(status, output).toBe(0)
  return path.replace(/\.zip$/, '')
}

/** Runs a command to its end; answers its exit code and all that it printed. */
function run(
  command: string,
  args: readonly string[],
  cwd: string,
): Promise<{ status: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, output }))
  })
}

/** The command of one client, as the kit's README tells it. */
function commandOf(kit: string, client: string): string {
  const text = readFileSync(join(kit, 'README.txt'), 'utf8')
  const found = [...text.matchAll(/^ {4}\$ (.*)$/gm)]
    .map(([, line = '']) => line)
    .findLast((line) => line.includes(client))
  if (found === undefined) throw new Error(`the README has no command for ${client}:\n${text}`)
  return found
}

/** How many values of the device are stored. */
async function stored(deviceId: string): Promise<number> {
  const path = `/quayside/v1/{project}/devices/${deviceId}/history?service_id=Battery&property=batteryLevel`
  const { body } = await site.quayside.api('GET', path)
  for (const { value } of body.points) expect(value).toBe(57)
  return body.points.length
}

/** What each client of the kit is run by; Node.js gets the package that `npm install` would bring. */
const clients = ['mosquitto/report.sh', 'python/report.py', 'nodejs/report.js'] as const

async function runAll(kit: string, deviceId: string): Promise<void> {
  symlinkSync(join(repository, 'node_modules'), join(kit, 'nodejs', 'node_modules'))
  for (const [at, client] of clients.entries()) {
    const { status, output } = await run('sh', ['-c', commandOf(kit, client)], kit)
    expect(output).toContain('The platform has the report.')
    expect(status, `${client}: ${output}`).toBe(0)
    expect(await stored(deviceId), client).toBe(at + 1)
  }
}

test('a device with a secret: the kit is downloaded, unzipped and run as it says, and its values arrive', async () => {
  const deviceId = await register('by-secret', 'secret')
  const { page, leave } = await site.enter()
  await openKit(page, deviceId)
  await page.getByText('the files hold a placeholder').waitFor()

  await page.getByRole('button', { name: 'Reveal secret' }).click()
  await page.getByRole('button', { name: 'Copy Password' }).waitFor()
  const kit = await takeKit(page)

  expect(existsSync(join(kit, 'deviceCert.key'))).toBe(false)
  expect(statSync(join(kit, 'mosquitto', 'report.sh')).mode & 0o111).not.toBe(0)
  await runAll(kit, deviceId)
  await leave()
})

test('until the secret is revealed nothing of it is in the kit, which says so', async () => {
  const deviceId = await register('masked', 'secret')
  const { page, leave } = await site.enter()
  await openKit(page, deviceId)

  const kit = await takeKit(page)

  const { output } = await run('grep', ['-rlF', '<password>', '.'], kit)
  expect(output).toContain('python/report.py')
  expect((await run('grep', ['-rF', 'its_a-secret', '.'], kit)).output).toBe('')
  expect(readFileSync(join(kit, 'README.txt'), 'utf8')).toContain('placeholder')
  const { status, output: said } = await run('sh', ['-c', commandOf(kit, 'python/report.py')], kit)
  expect(status).not.toBe(0)
  expect(said).toContain('refused')
  await leave()
})

test('a device with an X.509 certificate: with its two files beside them, the clients of the kit report', async () => {
  const deviceId = await register('by-certificate', 'certificate')
  const { page, leave } = await site.enter()
  await openKit(page, deviceId)
  await page.getByText('Put deviceCert.pem and deviceCert.key').first().waitFor()

  const kit = await takeKit(page)
  copyFileSync(certificate.certPath, join(kit, 'deviceCert.pem'))
  copyFileSync(certificate.keyPath, join(kit, 'deviceCert.key'))

  expect(readFileSync(join(kit, 'README.txt'), 'utf8')).toContain('deviceCert.key')
  await runAll(kit, deviceId)
  await leave()
})

test('the one line of mosquitto_pub on the page reports, in the folder of the files', async () => {
  const deviceId = await register('one-line', 'certificate')
  const { page, context, leave } = await site.visit()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signIn(page, site.quayside)
  await openKit(page, deviceId)
  const kit = await takeKit(page)
  copyFileSync(certificate.certPath, join(kit, 'deviceCert.pem'))
  copyFileSync(certificate.keyPath, join(kit, 'deviceCert.key'))

  await page.getByRole('button', { name: 'Copy One line' }).click()
  await page.getByRole('status').filter({ hasText: 'Copied' }).first().waitFor()
  const line = await page.evaluate<string>('navigator.clipboard.readText()')
  const { status, output } = await run('sh', ['-c', line], kit)

  expect(status, output).toBe(0)
  expect(await stored(deviceId)).toBe(1)
  await leave()
})

test('guide S99–S108: the values of MQTT.fx stand under the names of its fields, with the warning of old versions', async () => {
  const deviceId = await register('mqttfx', 'certificate')
  const { page, leave } = await site.enter()
  await openKit(page, deviceId)

  await page.getByRole('tab', { name: 'MQTT.fx' }).click()

  await page.getByText('MQTT.fx 1.7.0 and earlier').waitFor()
  const values = page.getByRole('tabpanel', { name: 'MQTT.fx' }).locator('dl')
  for (const field of [
    'Broker Address',
    'Broker Port',
    'Client ID',
    'User Name',
    'Password',
    'CA File',
    'Client Certificate File',
    'Client Key File',
  ])
    await values.getByText(field, { exact: true }).waitFor()
  await values.getByText('(leave blank)').waitFor()
  await values.getByText(String(site.quayside.ports.mqtts), { exact: true }).waitFor()
  await leave()
})

const words = {
  en: { title: 'Connection kit', retry: 'Try again' },
  'zh-CN': { title: '接入套件', retry: '重试' },
} as const

test.for(visits)('every client’s tab is readable: $language, $theme, $width px', async (how) => {
  const { language = 'en', theme, width } = how
  const deviceId = await register(`seen-${language}-${width}`, width === 390 ? 'secret' : 'certificate')
  const { page, picture, leave } = await site.enter(how)
  await page.goto(`/devices/${deviceId}?tab=connect`)
  await page.getByRole('heading', { name: words[language].title }).waitFor()

  expect(await seriousProblems(page)).toEqual([])
  expect(await sidewaysOverflow(page)).toBe(0)
  await picture(`kit-${language}-${theme}-${width}`)
  for (const client of ['mosquitto_pub', 'MQTTX', 'MQTT.fx', 'Python', 'Node.js']) {
    const tab = page.getByRole('tab', { name: client, exact: true })
    await tab.dispatchEvent('click')
    await tab.and(page.locator('[aria-selected=true]')).waitFor()
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
  }
  await leave()
})

test('what the kit needs to know cannot be read: it says so, and goes on when it can', async () => {
  const deviceId = await register('failing', 'secret')
  const { page, leave } = await site.enter()
  await page.route('**/v5/iot/*/products/*', (route) =>
    route.fulfill({
      status: 503,
      json: { error_code: 'IOTDA.000009', error_msg: 'The registry is closed for now.' },
    }),
  )
  await page.goto(`/devices/${deviceId}?tab=connect`)
  await page.getByText('The registry is closed for now.').first().waitFor()

  await page.unroute('**/v5/iot/*/products/*')
  await tryAgain(page)

  await page.getByRole('heading', { name: 'Connection kit' }).waitFor()
  await leave()
})
