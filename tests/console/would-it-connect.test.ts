import { createHmac } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientIdOf } from '../support/device-client.ts'
import { openWorkshop, type Workshop } from './support/refused.ts'
import { patiently, seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let workshop: Workshop
/** Registered with the certificate of the guide's own values. */
let guideDevice: string
beforeAll(async () => {
  workshop = await openWorkshop(site.quayside)
  guideDevice = await workshop.register('guide', workshop.sameSubject.sha256)
})
afterAll(async () => {
  workshop.bench.dispose()
})

const words = {
  en: {
    judge: 'Judge',
    paste: 'PEM',
    steps: 'Step by step',
    report: 'Report',
    raw: 'Raw JSON',
    stored: 'Stored',
  },
  'zh-CN': {
    judge: '判断',
    paste: 'PEM',
    steps: '判断步骤',
    report: '属性上报',
    raw: '原始 JSON',
    stored: '已存储',
  },
} as const

const judge = (page: Page, name = 'Judge') => page.getByRole('button', { name, exact: true }).click()

test.for(visits)(
  'the guide’s own values are judged as at the door, with what is odd about them: $language, $theme, $width px',
  async (how) => {
    const { language = 'en', theme, width } = how
    const say = words[language]
    const { page, picture, leave } = await site.enter(how)
    await page.goto(`/would-it-connect?device=${guideDevice}`)
    await page.setInputFiles('input[type=file]', workshop.sameSubject.certPath)

    await judge(page, say.judge)

    await page.getByRole('heading', { name: say.steps }).waitFor()
    await page.getByText('certificate-same-subject').first().waitFor()
    await page.locator('.chain').getByText('zhangsan').first().waitFor()
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await page.evaluate('scrollTo(0, 0)')
    await picture(`would-it-connect-${language}-${theme}-${width}`)

    await page.getByRole('tab', { name: say.report }).click()
    await page.getByText('"Load"').waitFor()
    await judge(page, say.judge)
    await page.getByText('report-stored').first().waitFor()
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`would-it-connect-report-${language}-${theme}-${width}`)
    await leave()
  },
)

test('the verdict is the one that the door then gives, for each way to be wrong', async () => {
  const { page, leave } = await site.enter()
  const { lamp, expired, unverified } = workshop
  const wrong = [
    [await workshop.register('w1', '0'.repeat(64)), lamp, 'fingerprint-mismatch', 5],
    [await workshop.register('w2', expired.sha256), expired, 'certificate-expired', 4],
    [await workshop.register('w3', unverified.sha256), unverified, 'certificate-ca-unverified', 4],
    [await workshop.register('w4', lamp.sha256), lamp, 'connection-accepted', 0],
  ] as const
  for (const [deviceId, certificate, code, connack] of wrong) {
    await page.goto(`/would-it-connect?device=${deviceId}`)
    await page.setInputFiles('input[type=file]', certificate.certPath)
    await page.getByLabel('Client ID', { exact: true }).fill(clientIdOf(deviceId))
    await page.getByLabel('User name', { exact: true }).fill(deviceId)
    await judge(page)

    await page.locator('.verdict-head').getByText(code, { exact: true }).waitFor()
    expect([code, await workshop.connectBy(deviceId, certificate)]).toEqual([code, connack])
  }
  await leave()
})

test('a password is judged, never stands in the address, and the mistake in it is told', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/would-it-connect')
  const { secretDevice, secret } = workshop
  const clientId = clientIdOf(secretDevice)
  const right = createHmac('sha256', clientId.slice(-10)).update(secret).digest('hex')
  await page.getByLabel('Client ID', { exact: true }).fill(clientId)
  await page.getByLabel('User name', { exact: true }).fill(secretDevice)

  for (const [password, code] of [
    [secret, 'password-is-secret'],
    [right.toUpperCase(), 'password-upper-case'],
    [right, 'connection-accepted'],
  ] as const) {
    await page.getByLabel('Password', { exact: true }).fill(password)
    await judge(page)
    await page.locator('.verdict-head').getByText(code, { exact: true }).waitFor()
    expect(page.url()).not.toContain(password)
  }
  await leave()
})

test('nothing given is told before it is asked; a private key is not sent', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/would-it-connect')
  const sent: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'POST') sent.push(request.postData() ?? '')
  })

  await judge(page)
  await page.getByText('Choose a device, or give a certificate').waitFor()
  await page.setInputFiles('input[type=file]', workshop.lamp.keyPath)
  await page
    .getByText(/private key/)
    .first()
    .waitFor()
  await judge(page)

  expect(sent).toEqual([])
  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('a device is found by a part of its node id, and stands in the address', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/would-it-connect')

  await page.getByRole('combobox', { name: 'Device' }).fill('pum')
  await page.getByTitle(`pump (${workshop.secretDevice})`).click()

  await expect
    .poll(() => new URL(page.url()).searchParams.get('device'), patiently)
    .toBe(workshop.secretDevice)
  await judge(page)
  await page.locator('.verdict-head').getByText('connection-judged-in-part').waitFor()
  await leave()
})

test('each value of a report is judged by the product model of the device, broken JSON too', async () => {
  const { page, picture, leave } = await site.enter()
  await page.goto(`/would-it-connect?tab=report&device=${workshop.secretDevice}`)
  const payload = page.getByLabel('Content of the report')
  await expect.poll(() => payload.inputValue(), patiently).toContain('"Load"')

  await payload.fill('{"services":[{"service_id":"Load","properties":{"n":1,"twice":"two","colour":1}}]}')
  await judge(page)
  const values = page.getByRole('table', { name: 'Values of Load' })
  await values.getByRole('row').filter({ hasText: 'n' }).filter({ hasText: 'Stored' }).first().waitFor()
  await values.getByText('value-type-wrong').waitFor()
  await values.getByText('property-unknown').waitFor()
  expect(
    await page.getByRole('link', { name: 'Open the product model' }).first().getAttribute('href'),
  ).toContain(workshop.productId)
  await picture('would-it-connect-report-wrong')
  await payload.fill('{"services":')
  await judge(page)
  await page.getByText('report-not-json').first().waitFor()
  await page.getByRole('button', { name: 'Back to the sample' }).click()

  await expect.poll(() => payload.inputValue(), patiently).toContain('"Load"')
  await leave()
})

test('a failure of the platform shows its sentence', async () => {
  const { page, leave } = await site.enter()
  await page.goto(`/would-it-connect?device=${guideDevice}`)
  await page.route('**/explain/connection', (route) =>
    route.fulfill({
      status: 503,
      json: { error_code: 'QS.0503', error_msg: 'The store does not answer.', request_id: 'r1' },
    }),
  )

  await judge(page)

  await page.getByText('The store does not answer.').waitFor()
  await page.unrouteAll()
  await judge(page)
  await page.locator('.verdict-head').waitFor()
  await leave()
})
