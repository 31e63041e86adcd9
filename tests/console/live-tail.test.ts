import type { MqttClient } from 'mqtt'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectOnce, publish } from '../support/device-client.ts'
import { registerDevice, registerProduct, type RegisteredDevice } from '../support/registered-device.ts'
import { patiently, seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { printLoad, startLoad } from './support/load.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let devices: readonly RegisteredDevice[]
let clients: readonly MqttClient[]
beforeAll(async () => {
  const product = await registerProduct(site.quayside)
  devices = await Promise.all(
    ['lathe', 'press', 'oven', 'crane'].map((node) => registerDevice(site.quayside, product, node)),
  )
  const connected = await Promise.all(
    devices.map((device) =>
      connectOnce(`mqtt://localhost:${site.quayside.ports.mqtt}`, device.credentials()),
    ),
  )
  clients = connected.map(({ client }) => client).filter((client) => client !== undefined)
  if (clients.length !== devices.length) throw new Error('not every device was let in')
})
afterAll(async () => {
  await Promise.all(clients.map((client) => client.endAsync()))
})

const report = (n: unknown): string =>
  JSON.stringify({ services: [{ service_id: 'Load', properties: { n, twice: 4 } }] })

/** Device number `at` says something. */
const say = (at: number, payload: string): Promise<unknown> =>
  publish(clients[at] as MqttClient, devices[at]?.reportTopic ?? '', payload)

const lines = (page: Page) => page.locator('.tail-row')

const words = {
  en: {
    live: 'Live',
    stored: 'Stored',
    noted: 'Stored in part',
    refused: 'Refused',
    pause: 'Pause',
    title: 'Live tail',
  },
  'zh-CN': {
    live: '实时',
    stored: '已存储',
    noted: '部分存储',
    refused: '已拒绝',
    pause: '暂停',
    title: '实时数据',
  },
} as const

test.for(visits)(
  'each packet is a line with its verdict, and opens to what it was made of: $language, $theme, $width px',
  async (how) => {
    const { language = 'en', theme, width } = how
    const word = words[language]
    const { page, picture, leave } = await site.enter(how)
    await page.goto('/live-tail')
    await page.getByRole('heading', { name: word.title, level: 1 }).waitFor()
    await page.getByText(word.live, { exact: true }).waitFor()

    await say(0, report(2))
    await say(1, report('two'))
    await say(2, '{"services":')
    const noted = lines(page).filter({ hasText: word.noted })
    await lines(page)
      .filter({ hasText: new RegExp(`${word.stored}$`) })
      .waitFor()
    await lines(page).filter({ hasText: word.refused }).waitFor()
    await noted.click()

    expect(await noted.getAttribute('aria-expanded')).toBe('true')
    const detail = page.locator('.tail-detail')
    await detail.getByText('value-type-wrong').first().waitFor()
    await detail.getByText(devices[1]?.reportTopic ?? '', { exact: true }).waitFor()
    await expect.poll(() => detail.textContent(), patiently).toContain('"n": "two"')
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
    await picture(`live-tail-${language}-${theme}-${width}`)
    await leave()
  },
)

test('a stream that cannot be had is told, and opened again', async () => {
  const { page, leave } = await site.enter()
  await page.route('**/events?*', (route) => route.fulfill({ status: 503, body: '' }))
  await page.goto('/live-tail')
  await page.getByRole('status').filter({ hasText: 'Connecting' }).waitFor()

  await page.unroute('**/events?*')
  await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
  await say(0, report(3))

  await lines(page).first().waitFor()
  await leave()
})

test('filters narrow the lines by kind, verdict and text; the text stands in the address', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/live-tail')
  await page.getByText('Live', { exact: true }).waitFor()
  await say(0, report(41))
  await say(1, report(42))
  await say(2, report('wrong'))
  await expect.poll(() => lines(page).count(), patiently).toBe(3)

  await page.getByLabel('Find in the lines').fill('twice')
  await expect.poll(() => lines(page).count(), patiently).toBe(3)
  await page.getByLabel('Find in the lines').fill(devices[1]?.deviceId.toUpperCase() ?? '')
  await expect.poll(() => lines(page).count(), patiently).toBe(1)
  await page.waitForURL((url) => url.searchParams.get('find') === devices[1]?.deviceId.toUpperCase())
  await page.getByLabel('Find in the lines').fill('nowhere')
  await page.getByText('None of the 3 lines that are kept matches.').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('combobox', { name: 'Verdict' }).click()
  await page.getByTitle('In part, or noted').click()

  await expect.poll(() => lines(page).count(), patiently).toBe(1)
  expect(await lines(page).textContent()).toContain('wrong')
  await leave()
})

test('paused, the lines stand still and what comes is counted; one click goes on', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/live-tail')
  await page.getByText('Live', { exact: true }).waitFor()
  await say(0, report(1))
  await lines(page).first().waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()

  await say(0, report(2))
  await say(0, report(3))
  await page.getByRole('button', { name: '2 newer lines' }).waitFor()
  expect(await lines(page).count()).toBe(1)
  await page.getByRole('button', { name: '2 newer lines' }).click()

  await expect.poll(() => lines(page).count(), patiently).toBe(3)
  await leave()
})

test('of one device there is what it sent before, and nothing of the others', async () => {
  const { page, leave } = await site.enter()
  await say(3, report(77))
  await page.goto(`/live-tail?device=${devices[3]?.deviceId}`)

  await lines(page).filter({ hasText: 'Load.n 77' }).waitFor()
  await say(0, report(5))
  await say(3, report(78))
  await lines(page).filter({ hasText: 'Load.n 78' }).waitFor()

  expect(await lines(page).filter({ hasText: 'Load.n 5 ' }).count()).toBe(0)
  await leave()
})

test('500 packets a second: the lines follow them, and few of them are rendered', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/live-tail')
  await page.getByText('Live', { exact: true }).waitFor()

  const load = startLoad(500, (n) => {
    const at = n % clients.length
    clients[at]?.publish(devices[at]?.reportTopic ?? '', report(n), { qos: 0 })
  })
  await expect.poll(() => lines(page).count(), patiently).toBeGreaterThan(10)
  await printLoad(page, 'live tail', load)

  expect(await lines(page).count()).toBeLessThan(60)
  await leave()
})
