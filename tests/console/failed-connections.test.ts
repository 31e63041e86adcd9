import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorkshop, type Workshop } from './support/refused.ts'
import { patiently, seriousProblems } from './support/browser.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop(site.quayside)
})
afterAll(async () => {
  workshop.bench.dispose()
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

test('a refusal shows as it happens', async () => {
  const { page, leave } = await site.enter()
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

test('each refusal is told in the list and explained on its page', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/failed-connections')

  for (const code of [
    'fingerprint-mismatch',
    'certificate-expired',
    'certificate-ca-unverified',
    'device-unknown',
    'password-wrong',
  ])
    await page.getByText(code, { exact: true }).waitFor()
  await page.getByText('2 times since').waitFor()

  await rows(page).filter({ hasText: 'certificate-ca-unverified' }).getByRole('link').click()
  await page.getByRole('heading', { name: 'Step by step' }).waitFor()
  const presented = page.getByRole('region', { name: 'Certificates presented' })
  await presented.getByText('upstairs-lamp').first().waitFor()
  await leave()
})

test('the page of a refusal tells what was seen, what was expected, what the client was told, and where it is mended', async () => {
  const { page, leave } = await site.enter()
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
  const { page, leave } = await site.enter()
  await page.goto('/failed-connections?code=fingerprint-mismatch')
  await rows(page).getByRole('link').click()
  const again = page.getByRole('region', { name: 'Is it fixed?' })
  await again.getByRole('button', { name: 'Judge again now' }).click()
  await again.getByText('fingerprint-mismatch').first().waitFor()

  const deviceId = new RegExp(`${workshop.productId}_lamp-1`).exec((await page.textContent('h1')) ?? '')?.[0]
  const { status } = await site.quayside.api(
    'POST',
    `/v5/iot/{project}/devices/${deviceId}/reset-fingerprint`,
    {
      force_disconnect: false,
      fingerprint: workshop.lamp.sha256,
    },
  )
  expect(status).toBe(200)
  await again.getByRole('button', { name: 'Judge again now' }).click()

  await again.locator('.verdict-head').getByText('The device was let in.').waitFor()
  await leave()
})

test('the list is narrowed by text, code and time, in the address; nothing found says how to see all', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/failed-connections?since=24h')
  await expect.poll(() => rows(page).count(), patiently).toBe(5)

  await page.getByLabel('Device, client, address, fingerprint').fill('nobody')
  await expect.poll(() => rows(page).count(), patiently).toBe(1)
  await page.waitForURL((url) => url.searchParams.get('find') === 'nobody')
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
  const { page, leave } = await site.enter()
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

test('a connection that is no longer kept is told as such', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/failed-connections/999999')

  await page.getByRole('alert').waitFor()

  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('the overview leads from a refusal to its page', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/overview')

  const region = page.getByRole('region', { name: 'Connections refused lately' })
  await region.getByRole('link').first().click()

  await page.waitForURL(/\/failed-connections\/\d+/)
  await page.getByRole('heading', { name: 'Step by step' }).waitFor()
  await leave()
})
