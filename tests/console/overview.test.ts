import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { makeCa, openWorkbench } from '../support/openssl.ts'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import { repository, startQuayside } from '../support/quayside.ts'
import { registerDevice, registerProduct } from '../support/registered-device.ts'
import { foundNoServer, seriousProblems, sidewaysOverflow, visit, visits } from './support/browser.ts'
import { downloaded, tryAgain } from './support/controls.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite()

const words = {
  en: {
    overview: 'Overview',
    access: 'Access Details',
    resources: 'Obtaining Resources',
    attention: 'Needs attention',
    unverified: 'Unverified',
  },
  'zh-CN': {
    overview: '总览',
    access: '接入信息',
    resources: '资源获取',
    attention: '待处理',
    unverified: '未验证',
  },
} as const

/** A CA certificate that is uploaded but not verified is something to attend to. */
async function uploadCa(): Promise<void> {
  const bench = openWorkbench()
  const ca = makeCa(bench, { name: 'ca', key: 'p256', subject: '/CN=workshop' })
  bench.dispose()
  const { status } = await site.quayside.api('POST', '/v5/iot/{project}/certificates', { content: ca.pem })
  expect(status).toBe(201)
}

test('an empty platform says so, and is open to everyone from the first moment', async () => {
  const { page, picture, leave } = await site.enter()
  await page.goto('/overview')

  await page.getByText('Nothing needs attention').waitFor()
  await page.getByText('No connection has been refused.').waitFor()

  expect(await seriousProblems(page)).toEqual([])
  await picture('overview-empty')
  await leave()
})

test('the first page weighs at most 250 kB, gzipped, in either language', async () => {
  for (const language of ['en', 'zh-CN'] as const) {
    const { page, leave } = await site.enter({ language })
    const loaded = new Map<string, number>()
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.startsWith('/assets/')) loaded.set(pathname, gzippedBytes(pathname))
    })

    await page.goto('/overview')
    await page.getByRole('table', { name: words[language].access }).waitFor()
    await page.waitForLoadState('load')

    const bytes = [...loaded.values()].reduce((sum, one) => sum + one, 0)
    expect(loaded.size).toBeGreaterThan(10)
    expect(bytes).toBeLessThanOrEqual(250_000)
    await leave()
  }
})

/** Of a file of the built console; what is too small to gain by it is not kept gzipped. */
function gzippedBytes(path: string): number {
  const file = join(repository, 'console', 'dist', path)
  return (statSync(`${file}.gz`, { throwIfNoEntry: false }) ?? statSync(file)).size
}

test.for(visits)(
  'guide S10–S15: access details and the platform’s CA, in words of the guide: $language, $theme, $width px',
  async (how) => {
    if (how === visits[0]) await uploadCa()
    const { language = 'en', theme, width } = how
    const say = words[language]
    const { page, picture, leave } = await site.enter(how)
    await page.goto('/overview')

    await page.getByRole('heading', { name: say.overview, level: 1 }).waitFor()
    const table = page.getByRole('table', { name: say.access })
    for (const [name, port] of Object.entries(site.quayside.ports)) {
      const row = table.getByRole('row').filter({ hasText: new RegExp(`^${name}`, 'i') })
      await row.getByText(`localhost:${port}`, { exact: true }).first().waitFor()
    }
    await page.getByRole('heading', { name: say.resources }).waitFor()
    await page.getByText(say.unverified).first().waitFor()

    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`overview-${language}-${theme}-${width}`)
    await leave()
  },
)

test('the platform’s CA is downloaded as the devices need it, and its fingerprint is the one on the page', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/overview')

  const download = await downloaded(page, page.getByRole('link', { name: 'Download PEM' }))
  const { body } = await site.quayside.api('GET', '/quayside/v1/{project}/platform')
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)

  expect(download.suggestedFilename()).toBe('platform-ca.pem')
  expect(Buffer.concat(chunks).toString()).toBe(body.ca.content)
  const shown = (await page.locator('main').textContent()) ?? ''
  expect(shown.replaceAll(/[:\s]/g, '').toLowerCase()).toContain(body.ca.fingerprint)
  await leave()
})

test('a copy button copies, and says so', async () => {
  const { page, context, leave } = await site.visit()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signIn(page, site.quayside)

  await page.getByRole('button', { name: 'Copy Host' }).click()

  await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe('localhost')
  await leave()
})

test('language and theme change at once, for the whole page, and are remembered', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/overview')
  await page.getByRole('table', { name: 'Access Details' }).waitFor()

  await chooseTheme(page, 'Theme', 'Dark')
  await page.getByRole('button', { name: /中文/ }).click()
  await page.getByRole('heading', { name: '总览', level: 1 }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: '总览', level: 1 }).waitFor()

  expect(await page.getAttribute('html', 'lang')).toMatch(/^zh/)
  const ground = await page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
  expect(ground).toBe('rgb(14, 18, 18)')
  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

async function chooseTheme(page: Page, menu: string, choice: string): Promise<void> {
  await page.getByRole('button', { name: menu }).click()
  await page.getByRole('menuitemradio', { name: choice }).click()
}

test('a refused connection shows at once, with its reason in words', async () => {
  const { connectAsync } = await import('mqtt')
  const { page, leave } = await site.enter()
  await page.goto('/overview')
  await page.getByText('No connection has been refused.').waitFor()

  await connectAsync(`mqtt://127.0.0.1:${site.quayside.ports.mqtt}`, {
    clientId: 'nobody_0_0_2026112212',
    username: 'nobody',
    password: 'x',
    reconnectPeriod: 0,
  }).catch(() => undefined)

  await page.getByText('nobody').first().waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('one gets to the content with the keyboard before anything else, and by name with a screen reader', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/overview')
  await page.getByRole('table', { name: 'Access Details' }).waitFor()

  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')

  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content')
  await page.getByRole('navigation', { name: 'Main navigation' }).waitFor()
  await leave()
})

test('without the platform the page says so instead of breaking, and goes on when it is back', async () => {
  const own = await startQuayside()
  const { page, faults, context } = await visit(site.browser, `http://localhost:${own.ports.http}`)
  await signIn(page, own)
  await page.getByRole('table', { name: 'Access Details' }).waitFor()
  await page.getByRole('link', { name: 'Access keys' }).click()
  await page.getByRole('heading', { name: 'Access keys', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()

  await own.stop()
  await page.getByRole('link', { name: 'Access keys' }).click()
  await page.getByText('The platform does not answer.').first().waitFor()
  const again = await own.restart()
  const unanswered = async (): Promise<number> => {
    await tryAgain(page)
    return page.getByText('The platform does not answer.').count()
  }
  await expect.poll(unanswered).toBe(0)
  await page.getByRole('cell', { name: `${own.credentials.accessKey} Copy` }).waitFor()

  await context.close()
  await again.dispose()
  expect(faults.filter((fault) => !foundNoServer(fault))).toEqual([])
})

test('what devices do shows as it happens: online, reports per second, and who is refused', async () => {
  const own = await startQuayside()
  const device = await registerDevice(own, await registerProduct(own), 'busy')
  const { page, picture, leave } = await visit(site.browser, `http://localhost:${own.ports.http}`)
  await signIn(page, own)
  const counts = page.getByRole('region', { name: 'What it holds' })
  await counts.getByText('Online').locator('..').getByText('0', { exact: true }).waitFor()

  const wrong = await connectOnce(`mqtt://127.0.0.1:${own.ports.mqtt}`, {
    clientId: clientIdOf(device.deviceId),
    username: device.deviceId,
    password: 'wrong',
  })
  expect(wrong.code).not.toBe(0)
  const attention = page.getByRole('region', { name: 'Needs attention' })
  await attention.getByRole('link', { name: device.deviceId }).waitFor()
  await attention.getByText('refused 1 time in the last day').waitFor()

  const { client } = await connectOnce(`mqtt://127.0.0.1:${own.ports.mqtt}`, device.credentials())
  if (!client) throw new Error('the device was refused')
  await counts.getByText('Online').locator('..').getByText('1', { exact: true }).waitFor()
  await page.getByRole('img', { name: /^1 devices are online/ }).waitFor()
  const report = JSON.stringify({ services: [{ service_id: 'Load', properties: { n: 1, twice: 2 } }] })
  const reporting = setInterval(() => void publish(client, device.reportTopic, report), 100)
  await page.getByRole('img', { name: /^[1-9][\d.]* reports per second now/ }).waitFor()
  clearInterval(reporting)

  expect(await seriousProblems(page)).toEqual([])
  await picture('overview-busy')
  await client.endAsync()
  await leave()
  await own.dispose()
})

test('the day’s curve cannot be read: it says so in its place, and the rest of the page is there', async () => {
  const { page, leave } = await site.enter()
  await page.route('**/statistics?*', (route) =>
    route.fulfill({
      status: 503,
      json: { error_code: 'QS.0503', error_msg: 'No figures.', request_id: 'r' },
    }),
  )
  await page.goto('/overview')

  await page.getByRole('region', { name: 'Devices online' }).getByText('No figures.').waitFor()
  await page.getByRole('table', { name: 'Access Details' }).waitFor()

  await page.unroute('**/statistics?*')
  await tryAgain(page)
  await page.getByRole('img', { name: /devices are online/ }).waitFor()
  await leave()
})
