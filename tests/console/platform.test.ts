import { expect, test } from 'vitest'
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
