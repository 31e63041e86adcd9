import { expect, test } from 'vitest'
import { seriousProblems } from './support/browser.ts'
import { openSite } from './support/site.ts'

const site = openSite()

test('version, health, listeners, certificates and limits are there', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/settings/platform')

  const { body } = await site.quayside.api('GET', '/quayside/v1/{project}/platform')
  await page.getByText(`Quayside ${body.version}`).waitFor()
  await page.getByRole('region', { name: 'Health' }).getByText('Ready', { exact: true }).waitFor()
  const listeners = page.getByRole('table', { name: 'Access Details' })
  for (const port of Object.values(site.quayside.ports))
    await listeners.getByText(`localhost:${port}`, { exact: true }).waitFor()
  const certificates = page.getByRole('table', { name: 'Server certificates' })
  expect(body.server_certificates.map(({ key }: { key: string }) => key)).toEqual([
    'EC prime256v1',
    'RSA 2048',
  ])
  for (const { key } of body.server_certificates) await certificates.getByText(key).waitFor()
  await page.getByRole('region', { name: 'Limits' }).getByText('64 kB').waitFor()
  await leave()
})

test('metrics, health check and API reference open beside the console', async () => {
  const { page, context, leave } = await site.enter()
  await page.goto('/settings/platform')

  const [opened] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('link', { name: 'Metrics (Prometheus)' }).click(),
  ])
  await opened.waitForLoadState()

  expect(await opened.locator('body').textContent()).toContain('# HELP')
  await leave()
})

test('a platform that is not ready says why; one whose facts cannot be read says so, and goes on', async () => {
  const { page, leave } = await site.enter()
  await page.route('**/health/ready', (route) =>
    route.fulfill({ status: 503, json: { status: 'not ready', reason: 'The disk is full.' } }),
  )
  await page.route('**/platform', (route) =>
    route.request().resourceType() === 'document'
      ? route.continue()
      : route.fulfill({
          status: 400,
          json: { error_code: 'QS.0400', error_msg: 'No facts.', request_id: 'r' },
        }),
  )
  await page.goto('/settings/platform')

  await page.getByRole('region', { name: 'Health' }).getByText('The disk is full.').waitFor()
  await page.getByText('No facts.').waitFor()
  await page.unroute('**/platform')
  await page.getByRole('button', { name: 'Try again' }).click()

  await page.getByRole('table', { name: 'Server certificates' }).waitFor()
  await leave()
})

test('storage says what history and log take, and what a change deletes before it is saved', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/settings/platform')
  const storage = page.getByRole('region', { name: 'Storage' })
  const dialog = page.getByRole('dialog')
  const kept = async () => (await site.quayside.api('GET', '/quayside/v1/{project}/retention')).body

  expect(await storage.getByLabel('Keep history for').inputValue()).toBe('366')
  expect(await storage.getByLabel('Keep the log for').inputValue()).toBe('30')
  await storage.getByText('Nothing stored yet').waitFor()
  expect(await storage.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await storage.getByLabel('Keep history for').fill('90')
  await storage.getByLabel('Keep at most, of the log').fill('0.5')
  await storage.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('Nothing is deleted now.').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('What is kept was changed.').waitFor()
  await dialog.waitFor({ state: 'detached' })

  expect(await kept()).toMatchObject({ history_days: 90, log_days: 30, log_bytes_max: 500_000_000 })
  await page.reload()
  expect(await storage.getByLabel('Keep history for').inputValue()).toBe('90')
  await leave()
})

test('a change of what is kept names what it deletes, and keeps what was typed when it is refused', async () => {
  const { page, leave } = await site.enter()
  const { body } = await site.quayside.api('GET', '/quayside/v1/{project}/retention')
  const history = { bytes: 3e9, points: 1234, oldest_at: '2020-01-15T00:00:00.000Z' }
  const usage = { history, log: { bytes: 2e9, oldest_at: '2020-01-15T00:00:00.000Z' } }
  await page.route('**/retention', (route) =>
    route.request().method() === 'GET'
      ? route.fulfill({ json: { ...body, history_days: 3660, log_days: 3660, log_bytes_max: null, usage } })
      : route.fulfill({
          status: 500,
          json: { error_code: 'QS.0500', error_msg: 'The disk is full.', request_id: 'r' },
        }),
  )
  await page.goto('/settings/platform')
  const storage = page.getByRole('region', { name: 'Storage' })
  const dialog = page.getByRole('dialog')

  await storage.getByText('3 GB').waitFor()
  await storage.getByText('1,234').waitFor()
  await storage.getByLabel('Keep the log for').fill('7')
  await storage.getByLabel('Keep at most, of history').fill('1')
  await storage.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('until it takes no more than 1 GB').waitFor()
  await dialog.getByText('Files of the log in which everything was received before').waitFor()
  expect(await dialog.getByRole('listitem').count()).toBe(2)
  await dialog.getByRole('button', { name: 'Save and delete' }).click()
  await dialog.getByText('The disk is full.').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()

  expect(await storage.getByLabel('Keep the log for').inputValue()).toBe('7')
  await leave()
})
