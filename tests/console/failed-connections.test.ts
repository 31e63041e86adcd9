import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Quayside, startQuayside } from '../support/quayside.ts'
import {
  openBrowser,
  patiently,
  seriousProblems,
  sidewaysOverflow,
  visit,
  type Visit,
} from './support/browser.ts'
import { openWorkshop, type Workshop } from './support/refused.ts'
import { signIn } from './support/sign-in.ts'

let quayside: Quayside
let browser: Browser
let origin: string
let workshop: Workshop
beforeAll(async () => {
  const started = await Promise.all([startQuayside(), openBrowser()])
  quayside = started[0]
  browser = started[1]
  origin = `http://localhost:${quayside.ports.http}`
  workshop = await openWorkshop(quayside)
})
afterAll(async () => {
  workshop.bench.dispose()
  await browser.close()
  await quayside.dispose()
})

/** Each refusal once: what comes, and the sentence that must tell it. */
async function beRefused(): Promise<void> {
  const { lamp, expired, unverified, secretDevice } = workshop
  const known = await workshop.register('lamp-1', '0'.repeat(64))
  const old = await workshop.register('lamp-2', expired.sha256)
  const upstairs = await workshop.register('lamp-3', unverified.sha256)
  expect(await workshop.connectBy(known, lamp)).toBe(5)
  expect(await workshop.connectBy(old, expired)).toBe(4)
  expect(await workshop.connectBy(upstairs, unverified)).toBe(4)
  expect(await workshop.connectWith('nobody', 'x')).toBe(4)
  expect(await workshop.connectWith(secretDevice, 'not the secret')).toBe(4)
  expect(await workshop.connectWith(secretDevice, 'not the secret')).toBe(4)
}

const rows = (page: Page) => page.locator('tbody tr')

test('before anything was refused the page says so', async () => {
  const { page, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  await page.goto('/failed-connections')

  await page.getByText('No connection has been refused.').waitFor()

  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('a refusal shows as it happens', async () => {
  const { page, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  await page.goto('/failed-connections')
  await page
    .getByRole('status')
    .filter({ hasText: /^.?Live$/ })
    .waitFor()

  await beRefused()

  await page.getByText("signed by 'second floor', which is uploaded but not verified").waitFor()
  await expect.poll(() => rows(page).count(), patiently).toBe(5)
  await leave()
})

const words = {
  en: {
    title: 'Failed connections',
    again: '2 times since',
    unverified: 'certificate-ca-unverified',
    steps: 'Step by step',
    certificates: 'Certificates presented',
  },
  'zh-CN': {
    title: '连接失败',
    again: '共 2 次',
    unverified: 'certificate-ca-unverified',
    steps: '判断步骤',
    certificates: '出示的证书',
  },
} as const

const visits: readonly Visit[] = [
  { language: 'en', theme: 'light', width: 1280 },
  { language: 'en', theme: 'dark', width: 390 },
  { language: 'zh-CN', theme: 'light', width: 390 },
  { language: 'zh-CN', theme: 'dark', width: 1280 },
]

test.for(visits)(
  'each refusal is told in the list and explained on its page: $language, $theme, $width px',
  async (how) => {
    const { language = 'en', theme, width } = how
    const say = words[language]
    const { page, picture, leave } = await visit(browser, origin, how)
    await signIn(page, quayside, language)
    await page.goto('/failed-connections')
    await page.getByRole('heading', { name: say.title, level: 1 }).waitFor()

    for (const code of [
      'fingerprint-mismatch',
      'certificate-expired',
      'certificate-ca-unverified',
      'device-unknown',
      'password-wrong',
    ])
      await page.getByText(code, { exact: true }).waitFor()
    await page.getByText(say.again).waitFor()
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`failed-connections-${language}-${theme}-${width}`)

    await rows(page).filter({ hasText: say.unverified }).getByRole('link').click()
    await page.getByRole('heading', { name: say.steps }).waitFor()
    await page.getByRole('region', { name: say.certificates }).getByText('upstairs-lamp').first().waitFor()
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`failed-connection-${language}-${theme}-${width}`)

    // Fingerprints in sentences widen no page.
    await page.goto('/overview')
    await page.getByText('fingerprint-mismatch', { exact: true }).first().waitFor()
    expect(await sidewaysOverflow(page)).toBe(0)
    await leave()
  },
)

test('the page of a refusal tells what was seen, what was expected, what the client was told, and where it is mended', async () => {
  const { page, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  await page.goto('/failed-connections?code=certificate-ca-unverified')
  await rows(page).getByRole('link').click()

  const chain = page.getByRole('listitem').filter({ hasText: /^.?Certificate chain/ })
  expect(await chain.textContent()).toContain('Decided')
  expect(await chain.getByRole('row', { name: 'CA status' }).textContent()).toBe(
    'CA statusUnverifiedVerified',
  )
  await page.getByText('Bad user name or password').first().waitFor()
  await page.getByRole('link', { name: 'Open “Device CA Certificates”' }).click()
  await page.waitForURL((url) => url.pathname === '/ca-certificates')
  await leave()
})

test('after it was mended, judging again says yes', async () => {
  const { page, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  await page.goto('/failed-connections?code=fingerprint-mismatch')
  await rows(page).getByRole('link').click()
  const again = page.getByRole('region', { name: 'Is it mended?' })
  await again.getByRole('button', { name: 'Judge again now' }).click()
  await again.getByText('fingerprint-mismatch').first().waitFor()

  const deviceId = new RegExp(`${workshop.productId}_lamp-1`).exec((await page.textContent('h1')) ?? '')?.[0]
  const { status } = await quayside.api('POST', `/v5/iot/{project}/devices/${deviceId}/reset-fingerprint`, {
    force_disconnect: false,
    fingerprint: workshop.lamp.sha256,
  })
  expect(status).toBe(200)
  await again.getByRole('button', { name: 'Judge again now' }).click()

  await again.locator('.verdict-head').getByText('The device was let in.').waitFor()
  await leave()
})

test('the list is narrowed by text, code and time, in the address; nothing found says how to see all', async () => {
  const { page, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  await page.goto('/failed-connections?since=24h')
  await expect.poll(() => rows(page).count(), patiently).toBe(5)

  await page.getByLabel('Device, client, address, fingerprint').fill('nobody')
  await expect.poll(() => rows(page).count(), patiently).toBe(1)
  expect(new URL(page.url()).searchParams.get('find')).toBe('nobody')
  await page.reload()
  await expect.poll(() => rows(page).count(), patiently).toBe(1)
  await page.getByLabel('Device, client, address, fingerprint').fill('somebody else')
  await page.getByText('No failed connection matches.').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()

  await expect.poll(() => rows(page).count(), patiently).toBe(5)
  await page.getByRole('switch').click()
  await expect.poll(() => rows(page).count(), patiently).toBe(6)
  await leave()
})

test('more than a page is loaded on demand', async () => {
  const { page, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  // A full page is more than an address may be refused in a minute: the same question, with shorter pages.
  await page.route('**/connections?*', (route) =>
    route.continue({ url: route.request().url().replace('limit=50', 'limit=4') }),
  )
  await page.goto('/failed-connections')
  await page.getByRole('switch').click()
  await expect.poll(() => rows(page).count(), patiently).toBe(4)

  await page.getByRole('button', { name: 'Load more' }).click()

  await expect.poll(() => rows(page).count(), patiently).toBe(6)
  await page.getByRole('button', { name: 'Load more' }).waitFor({ state: 'detached' })
  await leave()
})

test('while it is asked for the page shows rows to come; a failure shows its sentence, and trying again helps', async () => {
  const { page, picture, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  let answer: (() => void) | undefined
  await page.route('**/connections?*', async (route) => {
    await new Promise<void>((resolve) => (answer = resolve))
    await route.fulfill({
      status: 503,
      json: { error_code: 'QS.0503', error_msg: 'The store does not answer.', request_id: 'r1' },
    })
  })
  await page.goto('/failed-connections')
  await page.getByRole('status', { name: 'Loading' }).waitFor()
  await page.route('**/connections?*', (route) =>
    route.fulfill({
      status: 503,
      json: { error_code: 'QS.0503', error_msg: 'The store does not answer.', request_id: 'r1' },
    }),
  )
  answer?.()
  await page.getByText('The store does not answer.').waitFor()
  await picture('failed-connections-failed')
  await page.unrouteAll()
  await page.getByRole('button', { name: 'Try again' }).click()

  await rows(page).first().waitFor()
  await leave()
})

test('a connection that is no longer kept is told as such', async () => {
  const { page, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  await page.goto('/failed-connections/999999')

  await page.getByRole('alert').waitFor()

  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('the overview leads from a refusal to its page', async () => {
  const { page, leave } = await visit(browser, origin)
  await signIn(page, quayside)
  await page.goto('/overview')

  const region = page.getByRole('region', { name: 'Connections refused lately' })
  await region.getByRole('link').first().click()

  await page.waitForURL(/\/failed-connections\/\d+/)
  await page.getByRole('heading', { name: 'Step by step' }).waitFor()
  await leave()
})
