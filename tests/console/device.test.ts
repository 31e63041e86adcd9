import { createHmac } from 'node:crypto'
import type { MqttClient } from 'mqtt'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import { type Issued, makeCa, openWorkbench, signLeaf } from '../support/openssl.ts'
import { type Body, tokenRequest } from '../support/quayside.ts'
import { focused, patiently, seriousProblems, sidewaysOverflow } from './support/browser.ts'
import { downloaded } from './support/controls.ts'
import { elementsOf, printLoad, startLoad } from './support/load.ts'

const SECRET = 'a-secret-of-the-desk'

// The guide's own payload (S119).
const guideReport = [
  { service_id: 'Connectivity', properties: { dailyActivityTime: 57 }, event_time: '20151212T121212Z' },
  { service_id: 'Battery', properties: { batteryLevel: 80 }, event_time: '20151212T121212Z' },
]
import { openSite } from './support/site.ts'

const site = openSite()
let productId: string
beforeAll(async () => {
  productId = (
    await ok('POST', '/v5/iot/{project}/products', {
      name: 'watch',
      device_type: 'Watch',
      protocol_type: 'MQTT',
      data_format: 'json',
      service_capabilities: [
        {
          service_id: 'Connectivity',
          properties: [
            { property_name: 'dailyActivityTime', data_type: 'int', unit: 'min', method: 'R' },
            { property_name: 'signal', data_type: 'decimal', unit: 'dBm', method: 'R' },
          ],
        },
        {
          service_id: 'Battery',
          properties: [
            { property_name: 'batteryLevel', data_type: 'int', min: '0', max: '100', unit: '%', method: 'R' },
            { property_name: 'voltage', data_type: 'decimal', unit: 'V', method: 'R' },
            { property_name: 'state', data_type: 'string', method: 'R' },
            { property_name: 'limit', data_type: 'int', unit: '%', method: 'RW', default_value: 90 },
          ],
        },
      ],
    })
  ).product_id
})

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await site.quayside.api(method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

interface TestDevice {
  readonly id: string
  readonly name: string
  connect(): Promise<MqttClient>
  report(client: MqttClient, services: readonly object[]): Promise<unknown>
}

let count = 0
async function aDevice(called?: string): Promise<TestDevice> {
  count += 1
  const name = called ?? `Watch ${count}`
  const made = await ok('POST', '/v5/iot/{project}/devices', {
    product_id: productId,
    node_id: `watch-${count}`,
    device_name: name,
    auth_info: { auth_type: 'SECRET', secret: SECRET, secure_access: false },
  })
  const id: string = made.device_id
  return {
    id,
    name,
    async connect() {
      const clientId = clientIdOf(id)
      const password = createHmac('sha256', clientId.slice(-10)).update(SECRET).digest('hex')
      const { client } = await connectOnce(`mqtt://127.0.0.1:${site.quayside.ports.mqtt}`, {
        clientId,
        username: id,
        password,
      })
      if (!client) throw new Error('the device was not let in')
      return client
    },
    report: (client, services) =>
      publish(client, `$oc/devices/${id}/sys/properties/report`, JSON.stringify({ services })),
  }
}

const battery = (properties: object, at?: number): object => ({
  service_id: 'Battery',
  properties,
  ...(at !== undefined && {
    event_time: new Date(at)
      .toISOString()
      .replaceAll(/[-:]/g, '')
      .replace(/\.\d+Z$/, 'Z'),
  }),
})

/** Something was drawn: more colours than the one of the ground. */
async function drawnColours(page: Page): Promise<number> {
  const canvas = page.locator('.chart-plot canvas').first()
  await canvas.waitFor()
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('.chart-plot canvas')
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
    const seen = new Set()
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 0) seen.add(data.slice(at, at + 3).join())
    return seen.size
  })()`)
}

const line = (page: Page, property: string) => page.getByRole('listitem').filter({ hasText: property })

test('guide S110, S121: the device comes online and its values show at once, with units, and those never reported', async () => {
  const device = await aDevice()
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}`)
  await page.getByText('This device has never connected.').waitFor()
  await page.getByText('Inactive').waitFor()

  const client = await device.connect()
  await page.getByText('Online', { exact: true }).waitFor()
  await device.report(client, guideReport)

  await line(page, 'batteryLevel').getByText('80').waitFor()
  await line(page, 'batteryLevel')
    .getByText(/1[01] years ago/)
    .first()
    .waitFor()
  await expect.poll(() => line(page, 'batteryLevel').textContent(), patiently).toContain('80 %')
  await expect.poll(() => line(page, 'dailyActivityTime').textContent(), patiently).toContain('57 min')
  await expect.poll(() => line(page, 'voltage').textContent(), patiently).toContain('Not reported yet')
  await page.getByText('This device has never connected.').waitFor({ state: 'detached' })
  await client.endAsync()
  await page.getByText('Offline', { exact: true }).waitFor()
  await leave()
})

test('the first value on the chart takes one click, although it is of 2015', async () => {
  const device = await aDevice()
  const client = await device.connect()
  await device.report(client, guideReport)
  const { page, picture, leave } = await site.enter()
  await page.goto(`/devices/${device.id}`)

  await page.getByRole('button', { name: 'batteryLevel', exact: true }).click()

  await page.getByText('The newest value is of Dec 12, 2015').waitFor()
  const table = page.getByRole('table', { name: 'Reported values' })
  await table.getByRole('row').filter({ hasText: 'Dec 12, 2015' }).getByText('80 %').waitFor()
  await expect.poll(() => drawnColours(page), patiently).toBeGreaterThan(3)
  await picture('device-history-2015')

  await page.getByText('24 h', { exact: true }).click()
  await page.getByText('There is nothing in this range.').waitFor()
  await page.getByRole('button', { name: 'Show it' }).click()
  await table.getByText('80 %').waitFor()
  await client.endAsync()
  await leave()
})

test('a value that comes now joins the chart without a reload, and zooming in and out keeps the address', async () => {
  const device = await aDevice()
  const client = await device.connect()
  const now = Date.now()
  for (let minutes = 50; minutes > 0; minutes -= 1)
    await device.report(client, [battery({ batteryLevel: minutes, state: 'idle' }, now - minutes * 60_000)])
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}?tab=history&service=Battery`)
  const table = page.getByRole('table', { name: 'Reported values' })
  await table.getByText('1 %', { exact: true }).waitFor()

  await device.report(client, [battery({ batteryLevel: 99 })])
  await table.getByText('99 %').waitFor()

  const plot = page.locator('.u-over')
  const box = await plot.boundingBox()
  if (!box) throw new Error('no chart')
  await page.mouse.move(box.x + box.width * 0.4, box.y + 50)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.6, box.y + 60, { steps: 5 })
  await page.mouse.up()
  await page.waitForURL(/from=.*to=/)
  await table.getByText('99 %').waitFor({ state: 'detached' })
  await expect.poll(() => table.getByRole('row').count(), patiently).toBeGreaterThan(5)
  expect(await table.getByRole('row').count()).toBeLessThan(20)
  await page.getByRole('button', { name: 'Reset zoom' }).click()
  await table.getByText('99 %').waitFor()

  await plot.hover({ position: { x: box.width - 10, y: 50 } })
  await expect
    .poll(() => page.locator('.chart-readout').first().textContent(), patiently)
    .toMatch(/:.* · batteryLevel \d+ %/)
  await page.getByRole('checkbox', { name: 'state' }).check()
  await page.locator('.strip-state').first().getByText('idle').waitFor()
  await client.endAsync()
  await leave()
})

test.for([1280, 390])(
  'at %i pixels the rare tabs stand under More, found by address and by keyboard, and the row says that it goes on',
  async (width) => {
    const device = await aDevice()
    const { page, leave } = await site.enter({ width })
    const tab = (name: string, selected?: boolean) =>
      page.getByRole('tab', { name, exact: true, ...(selected && { selected }) })
    await page.goto(`/devices/${device.id}?tab=files`)
    await tab('Files', true).waitFor()
    const more = page.getByRole('button', { name: 'More parts of this page' })

    await more.focus()
    await page.keyboard.press('ArrowDown')
    const menu = page.getByRole('menu', { name: 'More parts of this page' })
    await expect
      .poll(() => menu.getByRole('menuitem').allTextContents(), patiently)
      .toEqual(['Children', 'Log', 'MQTT client'])
    expect(await seriousProblems(page)).toEqual([])
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/tab=logs/)
    await expect.poll(() => focused(page), patiently).toContain('Log')
    await expect.poll(() => tab('Files').count(), patiently).toBe(0)

    // From the rare one, which leaves the row, to the first.
    await page.keyboard.press('ArrowRight')
    await tab('Overview', true).waitFor()
    await expect.poll(() => focused(page), patiently).toContain('Overview')
    const row = page.getByRole('tablist', { name: 'Parts of the device page' })
    await expect.poll(() => row.getAttribute('data-beyond'), patiently).toBe(width === 390 ? 'end' : null)
    expect(await sidewaysOverflow(page)).toBe(0)
    await leave()
  },
)

test('more points than can be drawn one by one are summed up; the file has all of them', async () => {
  const device = await aDevice()
  const client = await device.connect()
  const now = Date.now()
  const sent = 1300
  for (let from = 0; from < sent; from += 100)
    await device.report(
      client,
      Array.from({ length: 100 }, (_, n) =>
        battery({ batteryLevel: n, state: '=1+1' }, now - (sent - from - n) * 2000),
      ),
    )
  const { page, leave } = await site.enter()
  const properties = encodeURIComponent(JSON.stringify(['batteryLevel', 'state']))
  await page.goto(`/devices/${device.id}?tab=history&service=Battery&properties=${properties}`)
  await page.getByText('Each point sums up many values').waitFor()
  await expect.poll(() => drawnColours(page), patiently).toBeGreaterThan(3)

  const download = await downloaded(page, page.getByRole('button', { name: 'Download CSV' }))
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  const lines = Buffer.concat(chunks).toString().trimEnd().split('\r\n')

  expect(download.suggestedFilename()).toBe(`${device.id}_Battery.csv`)
  expect(lines).toHaveLength(sent + 1)
  expect(lines[0]).toBe('\uFEFFtime,received_at,time_source,batteryLevel,state')
  expect(lines[1]).toMatch(/^20\d\d-.*Z,20\d\d-.*Z,device,0,'=1\+1$/)
  await page.getByText('The file has 1,300 rows.').waitFor()
  await client.endAsync()
  await leave()
})

test('a refused value is marked, says why and what to do, and the mark goes with the next good one', async () => {
  const device = await aDevice()
  const client = await device.connect()
  await device.report(client, [battery({ batteryLevel: 80 })])
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}`)
  await line(page, 'batteryLevel').getByText('80').waitFor()
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()

  await device.report(client, [battery({ batteryLevel: 300 })])
  const mark = page.getByRole('button', { name: 'batteryLevel: Newest refused' })
  await mark.focus()
  const told = page.getByRole('tooltip')
  await told.getByText('300').first().waitFor()
  await expect.poll(() => told.textContent(), patiently).toMatch(/100/)
  expect(await line(page, 'batteryLevel').textContent()).toContain('80 %')
  expect(await seriousProblems(page)).toEqual([])

  await page.reload()
  await mark.waitFor()
  await device.report(client, [battery({ batteryLevel: 81 })])
  await mark.waitFor({ state: 'detached' })
  await line(page, 'batteryLevel').getByText('81').waitFor()
  await client.endAsync()
  await leave()
})

test('the shadow stands side by side, and what is to be delivered is marked', async () => {
  const device = await aDevice()
  const client = await device.connect()
  await device.report(client, [battery({ limit: 70, batteryLevel: 5 })])
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}?tab=shadow`)

  const row = page.getByRole('row').filter({ hasText: 'limit' })
  await row.getByText('To be delivered').waitFor()
  expect(await row.textContent()).toMatch(/90 %.*70 %/)
  await client.endAsync()
  await leave()
})

test('a secret is masked, revealed on demand, and that is told in the audit trail; a reset shows the new one', async () => {
  const device = await aDevice()
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}?tab=identity`)
  const panel = page.getByRole('region', { name: 'Secret', exact: true })
  await panel.getByText('audit trail').waitFor()
  expect(await page.locator('main').textContent()).not.toContain(SECRET)

  const heard = await listenToAudit()
  await panel.getByRole('button', { name: 'Reveal' }).click()
  await panel.getByText(SECRET).waitFor()
  expect(await heard('device.secret.reveal')).toMatchObject({
    action: 'device.secret.reveal',
    outcome: 'done',
  })
  await panel.getByRole('button', { name: 'Hide' }).click()
  await panel.getByRole('button', { name: 'Reveal' }).waitFor()
  expect(await page.locator('main').textContent()).not.toContain(SECRET)

  await panel.getByRole('button', { name: 'Reset secret' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Secret', { exact: true }).fill('short')
  await dialog.getByRole('button', { name: 'OK' }).click()
  await dialog.getByRole('alert').waitFor()
  await dialog.getByLabel('Secret', { exact: true }).fill('another-secret-9')
  await dialog.getByRole('button', { name: 'OK' }).click()
  await page.getByText('another-secret-9').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
  expect((await ok('POST', `/quayside/v1/{project}/devices/${device.id}/secret/reveal`)).secret).toBe(
    'another-secret-9',
  )
  await leave()
})

/** Listens to the audit trail; answers, once it does, a function that waits for the next entry with an action. */
async function listenToAudit(): Promise<(action: string) => Promise<Body>> {
  const { projectId } = site.quayside.credentials
  const answer = await fetch(`${site.origin}/quayside/v1/${projectId}/events?kinds=audit`, {
    headers: { 'x-auth-token': await tokenOf() },
  })
  return async (action) => {
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString()
      const found = text.split('\n').find((one) => one.startsWith('data:') && one.includes(`"${action}"`))
      if (found === undefined || !text.includes(`${found}\n`)) continue
      // Leaving the loop ends the stream.
      return JSON.parse(found.slice(5)).body
    }
    throw new Error(`no ${action} was told`)
  }
}

async function tokenOf(): Promise<string> {
  const answer = await fetch(`${site.origin}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(tokenRequest(site.quayside.credentials)),
  })
  return answer.headers.get('x-subject-token') ?? ''
}

test('freezing cuts the connection and says so; unfreezing lets the device in again', async () => {
  const device = await aDevice()
  const client = await device.connect()
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}`)
  await page.getByText('Online', { exact: true }).waitFor()

  const closed = new Promise<void>((resolve) => client.once('close', () => resolve()))
  await page.getByRole('button', { name: 'Freeze' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Freeze' }).click()
  await page.getByText('Frozen', { exact: true }).waitFor()
  await closed
  await page.getByRole('button', { name: 'Unfreeze' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Unfreeze' }).click()
  await page.getByText('Offline', { exact: true }).waitFor()
  const again = await device.connect()
  await page.getByText('Online', { exact: true }).waitFor()
  await again.endAsync()
  await leave()
})

test('name and settings are saved; deleting asks for the name, says what is lost, and leads back to the list', async () => {
  const device = await aDevice('Watch to go')
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}?tab=settings`)

  await page.getByLabel('Name', { exact: true }).fill('')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This can be changed, but not left empty.').waitFor()
  await page.getByLabel('Name', { exact: true }).fill('Watch renamed')
  await page.getByText('Advanced Settings').click()
  await page.getByLabel('Extension info').fill('[1]')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This is not a JSON object.').waitFor()
  await page.getByLabel('Extension info').fill('{"room": 7}')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Watch renamed', level: 1 }).waitFor()
  const saved = await ok('GET', `/quayside/v1/{project}/devices/${device.id}`)
  expect(saved).toMatchObject({ device_name: 'Watch renamed', extension_info: { room: 7 } })

  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('history').waitFor()
  expect(await dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('Watch renamed')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.waitForURL((url) => url.pathname === '/devices')
  expect((await site.quayside.api('GET', `/quayside/v1/{project}/devices/${device.id}`)).status).toBe(404)
  await leave()
})

test('every attempt to connect stands in the log with its reason, and unfolds into its steps', async () => {
  const device = await aDevice()
  await connectOnce(`mqtt://127.0.0.1:${site.quayside.ports.mqtt}`, {
    clientId: clientIdOf(device.id),
    username: device.id,
    password: 'wrong',
  })
  const client = await device.connect()
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}?tab=connections`)

  const refused = page.getByRole('list', { name: 'Connections' }).getByRole('listitem').nth(1)
  await refused.getByText('The password does not fit').first().waitFor()
  await refused.locator('summary').first().click()
  await refused.getByText('What to do').first().waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await page.goto(`/devices/${device.id}?tab=live`)
  await device.report(client, [battery({ batteryLevel: 42 })])
  await page
    .getByText(/batteryLevel/)
    .first()
    .waitFor()
  await client.endAsync()
  await leave()
})

/** A device that connects with a certificate of a verified CA, as the guide makes it. */
async function certified(): Promise<{ readonly id: string; readonly leaf: Issued; readonly next: Issued }> {
  const bench = openWorkbench()
  const ca = makeCa(bench, { key: 'p256', subject: '/CN=workshop' })
  const uploaded = await ok('POST', '/v5/iot/{project}/certificates', { content: ca.pem })
  const proof = signLeaf(bench, ca, { name: 'proof', key: 'p256', subject: `/CN=${uploaded.verify_code}` })
  await ok('POST', `/v5/iot/{project}/certificates/${uploaded.certificate_id}/action?action_id=verify`, {
    verify_content: proof.pem,
  })
  const leaf = signLeaf(bench, ca, { name: 'device', key: 'p256', subject: '/CN=watch with a key' })
  const next = signLeaf(bench, ca, { name: 'next', key: 'p256', subject: '/CN=watch with a new key' })
  const made = await ok('POST', '/v5/iot/{project}/devices', {
    product_id: productId,
    node_id: 'certified',
    auth_info: { auth_type: 'CERTIFICATES', fingerprint: leaf.sha256 },
  })
  const { client } = await connectOnce(`mqtts://localhost:${site.quayside.ports.mqtts}`, {
    clientId: clientIdOf(made.device_id),
    username: made.device_id,
    cert: leaf.pem,
    key: leaf.keyPem,
    // What is checked here is the device; the guide's own test checks the platform's certificate.
    rejectUnauthorized: false,
  })
  if (!client) throw new Error('the device was not let in')
  await client.endAsync()
  bench.dispose()
  return { id: made.device_id, leaf, next }
}

test('the certificate stands decoded beside its CA; a new one is set as secondary and then promoted', async () => {
  const { id, leaf, next } = await certified()
  const { page, picture, leave } = await site.enter()
  await page.goto(`/devices/${id}?tab=identity`)
  await page.getByText('of the certificate “watch with a key”').waitFor()
  const chain = page.getByRole('list', { name: /chain/i })
  await chain.getByText('workshop').first().waitFor()
  await chain.getByText('Verified').first().waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('device-identity')

  await page.getByText('Change to a new certificate').click()
  await page.getByRole('button', { name: 'Set secondary fingerprint' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Fingerprint', { exact: true }).fill('zz')
  await dialog.getByRole('alert').waitFor()
  expect(await dialog.getByRole('button', { name: 'OK' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Fingerprint', { exact: true }).fill(next.pem)
  await dialog.getByRole('button', { name: 'OK' }).click()
  await page.getByText(next.sha256).waitFor()
  await page.getByRole('button', { name: 'Make secondary primary' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make secondary primary' }).click()
  await page
    .getByRole('region', { name: 'Fingerprints' })
    .getByText(leaf.sha256)
    .waitFor({ state: 'detached' })

  const device = await ok('GET', `/quayside/v1/{project}/devices/${id}`)
  expect(device.fingerprint).toBe(next.sha256)
  expect(device).not.toHaveProperty('secondary_fingerprint')
  await leave()
})

test.for(['overview', 'history'])(
  '500 reports a second: the tab %s follows them, and does not grow with them',
  { timeout: 120_000 },
  async (tab) => {
    const device = await aDevice()
    const client = await device.connect()
    await device.report(client, [battery({ batteryLevel: 1, state: 'idle' })])
    const { page, leave } = await site.enter()
    const properties = encodeURIComponent(JSON.stringify(['batteryLevel', 'voltage', 'state']))
    await page.goto(`/devices/${device.id}?tab=${tab}&service=Battery&range=15m&properties=${properties}`)
    await page.getByText('idle').first().waitFor()
    const topic = `$oc/devices/${device.id}/sys/properties/report`

    const newest = (): Promise<string | null> =>
      (tab === 'overview'
        ? line(page, 'voltage')
        : page.getByRole('table', { name: 'Reported values' }).getByRole('row').nth(1)
      ).textContent()
    const before = await newest()

    let sent = 0
    const load = startLoad(500, (n) => {
      const values = { batteryLevel: n % 100, voltage: n / 1000, state: n % 2000 < 1000 ? 'idle' : 'busy' }
      client.publish(topic, JSON.stringify({ services: [battery(values)] }), { qos: 0 })
      sent = n
    })
    // More than the page keeps of what comes.
    await expect.poll(() => sent, patiently).toBeGreaterThan(4000)
    const elements = await elementsOf(page)
    await printLoad(page, tab, load)

    expect(await newest()).not.toBe(before)
    expect((await elementsOf(page)) - elements).toBeLessThan(100)
    await client.endAsync()
    await leave()
  },
)

test('of a device that does not exist the page says so, and where the others are', async () => {
  const { page, leave } = await site.enter()

  await page.goto('/devices/nobody')
  await page.getByText('There is no device nobody.').waitFor()
  await page.getByRole('link', { name: 'Go to All Devices' }).waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('a device that is deleted elsewhere stops looking alive', async () => {
  const device = await aDevice()
  const { page, leave } = await site.enter()
  await page.goto(`/devices/${device.id}`)
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()

  await ok('DELETE', `/v5/iot/{project}/devices/${device.id}`)

  await page.getByText(`There is no device ${device.id}.`).waitFor()
  await leave()
})
