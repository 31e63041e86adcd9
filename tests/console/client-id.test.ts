import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectOnce } from '../support/device-client.ts'
import { openWorkshop, type Workshop } from './support/refused.ts'
import { seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let workshop: Workshop
beforeAll(async () => {
  workshop = await openWorkshop(site.quayside)
})
afterAll(async () => {
  workshop.bench.dispose()
})

/** What stands beside ClientId, Username and Password. */
async function result(page: Page) {
  const value = (name: string) =>
    page
      .locator('dt', { hasText: new RegExp(`^${name}$`) })
      .locator('+ dd .code')
      .textContent()
  return {
    clientId: (await value('ClientId')) ?? '',
    username: (await value('Username')) ?? '',
    password: (await value('Password')) ?? '',
  }
}

const words = {
  en: { title: 'Client ID generator', generate: 'Generate' },
  'zh-CN': { title: 'ClientId生成工具', generate: '生成' },
} as const

test.for(visits)(
  'guide S84–S97: what is generated lets the device in, without anyone signed in: $language, $theme, $width px',
  async (how) => {
    const { language = 'en', theme, width } = how
    const say = words[language]
    const { page, picture, leave } = await site.visit(how)
    await page.goto('/client-id')
    await page.getByRole('heading', { name: say.title, level: 1 }).waitFor()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    await page.getByLabel('DeviceId').fill(workshop.secretDevice)
    await page.getByLabel('DeviceSecret').fill(workshop.secret)

    for (const signType of ['0', '1'] as const) {
      await page.getByRole('radio', { name: new RegExp(`^${signType}`) }).check()
      await page.getByRole('button', { name: say.generate }).click()
      await page.getByText('ClientId', { exact: true }).waitFor()
      const login = await result(page)
      expect(login.clientId).toMatch(new RegExp(`^${workshop.secretDevice}_0_${signType}_\\d{10}$`))
      const { code, client } = await connectOnce(`mqtt://localhost:${site.quayside.ports.mqtt}`, login)
      await client?.endAsync()
      expect([signType, code]).toEqual([signType, 0])
    }

    expect(asked).toEqual([])
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`client-id-${language}-${theme}-${width}`)
    await leave()
  },
)

test('an hour that is not ours is refused for sign type 1 and taken for 0, as the page says', async () => {
  const { page, leave } = await site.visit()
  await page.clock.setFixedTime(new Date(Date.now() - 6 * 3_600_000))
  await page.goto('/client-id')
  await page.getByLabel('DeviceId').fill(workshop.secretDevice)
  await page.getByLabel('DeviceSecret').fill(workshop.secret)
  const codes: (number | undefined)[] = []

  for (const signType of ['0', '1']) {
    await page.getByRole('radio', { name: new RegExp(`^${signType}`) }).check()
    await page.getByRole('button', { name: 'Generate' }).click()
    await page.getByText('ClientId', { exact: true }).waitFor()
    const { code, client } = await connectOnce(
      `mqtt://localhost:${site.quayside.ports.mqtt}`,
      await result(page),
    )
    await client?.endAsync()
    codes.push(code)
  }

  expect(codes).toEqual([0, 4])
  await leave()
})

test('guide S85: for X.509 any secret will do; ClientId and Username let the certificate in, the password stays blank', async () => {
  const deviceId = await workshop.register('x509', workshop.lamp.sha256)
  const { page, leave } = await site.visit()
  await page.goto('/client-id')
  await page.getByLabel('DeviceId').fill(deviceId)
  await page.getByLabel('DeviceSecret').fill('12345678')
  await page.getByRole('button', { name: 'Generate' }).click()
  await page.getByText('leave the password blank').waitFor()
  const { clientId, username } = await result(page)
  const ca = await (await fetch(`${site.origin}/resources/platform-ca.pem`)).text()

  const { code, client } = await connectOnce(`mqtts://localhost:${site.quayside.ports.mqtts}`, {
    clientId,
    username,
    cert: workshop.lamp.pem,
    key: workshop.lamp.keyPem,
    ca,
  })
  await client?.endAsync()

  expect(code).toBe(0)
  await page.getByText(`localhost:${site.quayside.ports.mqtts}`, { exact: true }).waitFor()
  await leave()
})

test('what is missing is told; a result does not outlive what it was made of', async () => {
  const { page, leave } = await site.visit()
  await page.goto('/client-id')
  await page.getByRole('button', { name: 'Generate' }).click()
  await page.getByText('Enter a device ID').waitFor()
  await page.getByText('Enter the secret of the device.').waitFor()
  await page.getByLabel('DeviceId').fill('lamp 1')
  await page.getByText('Enter a device ID').waitFor()
  await page.getByLabel('DeviceId').fill('lamp-1')
  await page.getByLabel('DeviceSecret').fill('x')
  await page.getByRole('button', { name: 'Generate' }).click()
  await page.getByText('ClientId', { exact: true }).waitFor()
  await page.getByLabel('DeviceSecret').fill('xy')

  await page.getByText('ClientId', { exact: true }).waitFor({ state: 'detached' })
  expect(await seriousProblems(page)).toEqual([])
  await leave()
})

test('who is signed in has a way back to the console, who is not to the sign-in page', async () => {
  const { page, leave } = await site.visit()
  await page.goto('/client-id')
  await page.getByRole('link', { name: 'Sign in' }).waitFor()
  await signIn(page, site.quayside)
  await page.getByRole('link', { name: 'Client ID generator' }).click()

  await page.getByRole('link', { name: 'Back to the console' }).click()

  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  await leave()
})

test('over plain HTTP from another machine, where browsers withhold cryptography, it makes the same', async () => {
  const { page, leave } = await site.visit()
  await page.addInitScript(
    "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined, configurable: true })",
  )
  await page.goto('/client-id')
  await page.getByLabel('DeviceId').fill(workshop.secretDevice)
  await page.getByLabel('DeviceSecret').fill(workshop.secret)

  await page.getByRole('button', { name: 'Generate' }).click()
  await page.getByText('ClientId', { exact: true }).waitFor()

  const { code, client } = await connectOnce(
    `mqtt://localhost:${site.quayside.ports.mqtt}`,
    await result(page),
  )
  await client?.endAsync()
  expect(code).toBe(0)
  await leave()
})
