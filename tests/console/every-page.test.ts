import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Demo, startDemo } from '../support/demo.ts'
import { registerDevice } from '../support/registered-device.ts'
import { consolePages, pathOf } from './support/pages.ts'
import { tryAgain } from './support/controls.ts'
import {
  foundNoServer,
  patiently,
  seriousProblems,
  sidewaysOverflow,
  visits,
  type Visitor,
} from './support/browser.ts'
import { openSite } from './support/site.ts'

/** With a fleet on it. */
const site = openSite()
/** With nothing on it. */
const bare = openSite()
let demo: Demo
let visitor: Visitor
let newcomer: Visitor
beforeAll(async () => {
  demo = await startDemo(site.quayside)
  visitor = await site.enter()
  newcomer = await bare.enter()
})
afterAll(() => demo.dispose())

test.for(visits)(
  'every page is whole, has its name and is open to everyone: $language, $theme, $width px',
  { timeout: 300_000 },
  async (how) => {
    const { language = 'en', theme, width } = how
    const { page, picture, leave } = await site.enter(how)
    const problems: unknown[] = []
    for (const one of consolePages) {
      const name = one.title[language]
      await page.goto(pathOf(one, demo))
      await (
        one.isTab
          ? page.getByRole('tab', { name, exact: true, selected: true })
          : page.getByRole('heading', { name, level: 1 })
      ).waitFor()
      await expect.poll(() => page.locator('.loading').count(), patiently).toBe(0)

      const found = await seriousProblems(page)
      const overflow = await sidewaysOverflow(page)
      if (found.length > 0 || overflow > 0) problems.push([one.name, overflow, ...found])
      await picture(`${one.name}-${language}-${theme}-${width}`)
    }
    expect(problems).toEqual([])
    await leave()
  },
)

test.for(consolePages.filter(({ asks }) => asks))(
  '$name shows that it waits, then why it failed, and tries again',
  async (one) => {
    const { page } = visitor
    const { asks = /^$/, shows = '' } = one
    const held = Promise.withResolvers<void>()
    await page.unrouteAll()
    await page.route(
      ({ pathname }) => /^\/(v5|quayside)\//.test(pathname) && asks.test(pathname),
      async (route) => {
        await held.promise
        await route.abort('connectionrefused')
      },
    )
    const main = page.getByRole('main')

    await page.goto(pathOf(one, demo))
    await main.getByRole('status', { name: 'Loading' }).first().waitFor()
    held.resolve()
    await main.getByText('The platform does not answer.').first().waitFor()
    expect(await seriousProblems(page)).toEqual([])
    await main.getByRole('button', { name: 'Try again' }).first().waitFor()
    await page.unrouteAll()
    await tryAgain(page)

    await main.getByText(shows).first().waitFor()
    await expect.poll(() => main.getByText('The platform does not answer.').count(), patiently).toBe(0)
  },
)

test.for([
  ['/overview', 'Nothing is here yet.'],
  ['/products', 'There is no product. Create one'],
  ['/devices', 'There is no device yet. Register one'],
  ['/ca-certificates', 'There is no CA certificate. Upload the one'],
  ['/provisioning', 'There is no template. Create one'],
  ['/bridges', 'There is no bridge. Create one'],
  ['/failed-connections', 'No connection has been refused.'],
  ['/live-tail', 'Nothing has arrived since this page was opened'],
  ['/would-it-connect', 'Give what the device comes with'],
  ['/would-it-connect?tab=report', 'Choose the device that would send the report.'],
  ['/wizard', 'There is no product'],
] as const)('on an empty platform %s says what to do', async ([path, text]) => {
  const { page } = newcomer
  await page.goto(path)

  await page.getByRole('main').getByText(text).first().waitFor()

  expect(await seriousProblems(page)).toEqual([])
})

test('a product without a model or devices, and a device that never spoke, say what to do in each of their parts', async () => {
  const { page } = newcomer
  const { body } = await bare.quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'bare',
    device_type: 'Bare',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [],
  })
  const product = `/products/${body.product_id}`
  const look = async (path: string, text: string): Promise<void> => {
    await page.goto(path)
    await page.getByRole('main').getByText(text).first().waitFor()
    expect([path, await seriousProblems(page)]).toEqual([path, []])
  }

  await look(`${product}?tab=model`, 'This product has no model yet')
  await look(`${product}?tab=devices`, 'No device is registered')
  const { deviceId } = await registerDevice(bare.quayside, body.product_id, 'silent')
  const device = `/devices/${deviceId}`
  await look(device, 'This device has never connected.')
  await look(`${device}?tab=history`, 'The product has no properties yet.')
  await look(`${device}?tab=shadow`, 'There is no shadow yet.')
  await look(`${device}?tab=children`, 'It has no child devices.')
  await look(`${device}?tab=logs`, 'The device has not reported its log yet.')
  await look(`${device}?tab=files`, 'There are no files.')
  await look(`${device}?tab=live`, 'This device has not sent anything yet.')
  await look(`${device}?tab=connections`, 'The device has not tried to connect yet.')
})

test('in all of that nothing else went wrong in the browser than the answers that were withheld', async () => {
  await newcomer.leave()
  await visitor.context.close()

  expect(visitor.faults.filter((fault) => !foundNoServer(fault))).toEqual([])
})
