import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { connectDevice, type ListeningDevice, requestIdOf } from '../support/listening-device.ts'
import { type RegisteredDevice, registerDevice } from '../support/registered-device.ts'
import { patiently, seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { chooseOption } from './support/controls.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let productId: string
beforeAll(async () => {
  const { body } = await site.quayside.api('POST', '/v5/iot/{project}/products', {
    ...{ name: 'lamp', device_type: 'lamp', protocol_type: 'MQTT', data_format: 'json' },
    service_capabilities: [
      {
        service_id: 'Lamp',
        properties: [
          { property_name: 'brightness', data_type: 'int', min: '0', max: '100', unit: '%', method: 'RW' },
          { property_name: 'on', data_type: 'boolean', method: 'RW' },
          { property_name: 'current', data_type: 'decimal', unit: 'A', method: 'R' },
        ],
      },
    ],
  })
  productId = body.product_id
})

const device = (name: string): Promise<RegisteredDevice> => registerDevice(site.quayside, productId, name)
const addressOf = ({ deviceId }: RegisteredDevice): string => `${site.origin}/devices/${deviceId}?tab=shadow`
const row = (page: Page, property: string): Locator => page.getByRole('row').filter({ hasText: property })

const report = (lamp: ListeningDevice, { reportTopic }: RegisteredDevice, properties: object) =>
  lamp.client.publishAsync(reportTopic, JSON.stringify({ services: [{ service_id: 'Lamp', properties }] }), {
    qos: 1,
  })

/** As firmware does: says that it took on what it was sent. */
async function takeOn(lamp: ListeningDevice): Promise<unknown> {
  const received = await lamp.next()
  const [before = ''] = received.topic.split('/request_id=')
  await lamp.client.publishAsync(
    `${before}/response/request_id=${requestIdOf(received)}`,
    '{"result_code":0}',
  )
  return JSON.parse(received.text)
}

test('desired before the device ever connected, it is sent when it does, and settled when it reports', async () => {
  const registered = await device('lamp-new')
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered))
  await page.getByText('Nothing is desired and nothing was reported.').waitFor()
  await page.getByRole('button', { name: 'Set desired of Lamp' }).click()
  const form = page.getByRole('dialog', { name: 'Desired properties of Lamp' })
  await form.getByLabel('brightness').fill('101')
  expect(await form.getByLabel('current').count()).toBe(0)
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByText('Must be at most 100.').waitFor()
  await form.getByLabel('brightness').fill('40')
  await chooseOption(page, form.getByLabel('on', { exact: false }).last(), 'true')
  expect(await seriousProblems(page)).toEqual([])
  await picture('shadow-form')
  await form.getByRole('button', { name: 'Save' }).click()

  await form.waitFor({ state: 'detached' })
  await row(page, 'brightness').getByText('To be delivered').waitFor()
  await expect.poll(() => row(page, 'brightness').textContent(), patiently).toMatch(/40 %.*None/)
  await page.getByText('2 values are to be delivered.').waitFor()
  const lamp = await connectDevice(site.quayside, registered, 5)
  expect(await takeOn(lamp)).toEqual({
    services: [{ service_id: 'Lamp', properties: { brightness: 40, on: true } }],
  })
  const tracks = page.getByRole('region', { name: 'Delivery and response' })
  await tracks.getByText('Lamp: brightness, on').waitFor()
  await tracks.getByText('Answered', { exact: true }).waitFor()
  await page.getByText('2 values were not reported as desired yet.').waitFor()
  await picture('shadow-due')

  await report(lamp, registered, { brightness: 40, on: 1 })
  await page.getByText('To be delivered').first().waitFor({ state: 'detached' })
  await row(page, 'brightness').getByText('40').nth(1).waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await lamp.end()
  await leave()
})

test('a change is on its way at once; what is removed or cleared is desired no longer, and stays as reported', async () => {
  const registered = await device('lamp-online')
  const lamp = await connectDevice(site.quayside, registered, 4)
  await report(lamp, registered, { brightness: 10, current: 0.4 })
  const { page, leave } = await site.enter()
  await page.goto(addressOf(registered))
  const open = page.getByRole('button', { name: 'Set desired of Lamp' })
  const form = page.getByRole('dialog', { name: 'Desired properties of Lamp' })
  await open.click()
  await form.getByText('reported last: 10').waitFor()
  await form.getByLabel('brightness').fill('70')
  await form.getByRole('button', { name: 'Save' }).click()
  expect(await takeOn(lamp)).toMatchObject({ services: [{ properties: { brightness: 70 } }] })
  await row(page, 'brightness').getByText('70').waitFor()

  await open.click()
  await expect.poll(() => form.getByLabel('brightness').inputValue(), patiently).toBe('70')
  await form.getByLabel('brightness').fill('')
  await form.getByRole('button', { name: 'Save' }).click()
  await row(page, 'brightness').getByText('None').waitFor()
  expect(await row(page, 'brightness').textContent()).toContain('10 %')

  await open.click()
  await form.getByLabel('brightness').fill('80')
  await form.getByLabel('As JSON').click()
  await form.getByLabel('Properties (JSON object)').fill('{"brightness": 80, "colour": 1}')
  await form.getByRole('button', { name: 'Save' }).click()
  await form.getByRole('alert').getByText('colour').waitFor()
  await form.getByLabel('Properties (JSON object)').fill('{"brightness": 80, "on": false}')
  await form.getByRole('button', { name: 'Save' }).click()
  expect(await takeOn(lamp)).toMatchObject({ services: [{ properties: { brightness: 80, on: false } }] })

  await page.getByRole('button', { name: 'Remove what is desired of on' }).click()
  await page.getByRole('button', { name: 'Remove what is desired of on' }).waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Clear desired of Lamp' }).click()
  const clear = page.getByRole('dialog', { name: 'Clear desired of Lamp' })
  await clear.getByRole('button', { name: 'Clear desired', exact: true }).click()
  await clear.waitFor({ state: 'detached' })
  await expect.poll(() => page.getByText('To be delivered').count(), patiently).toBe(0)
  const { body } = await site.quayside.api('GET', `/v5/iot/{project}/devices/${registered.deviceId}/shadow`)
  expect(body.shadow).toMatchObject([{ service_id: 'Lamp', reported: { properties: { brightness: 10 } } }])
  expect(body.shadow[0].desired).toBeUndefined()
  await lamp.end()
  await leave()
})

test.for(visits)('it is whole and open to everyone: $language, $theme, $width px', async (how) => {
  const { language, theme, width } = how
  const registered = await device(`lamp-looked-at-${language}-${theme}-${width}`)
  const lamp = await connectDevice(site.quayside, registered, 5)
  await report(lamp, registered, { brightness: 10, current: 0.4 })
  const shadow = [{ service_id: 'Lamp', desired: { brightness: 70, on: true, current: 0.5 } }]
  await site.quayside.api('PUT', `/v5/iot/{project}/devices/${registered.deviceId}/shadow`, { shadow })
  await takeOn(lamp)
  const { page, leave, picture } = await site.enter(how)
  await page.goto(addressOf(registered))
  await expect.poll(() => page.getByRole('row').count(), patiently).toBe(4)
  await expect.poll(() => page.locator('.loading').count(), patiently).toBe(0)
  await picture(`shadow-${language}-${theme}-${width}`)
  expect(await seriousProblems(page)).toEqual([])
  expect(await sidewaysOverflow(page)).toBe(0)
  await lamp.end()
  await leave()
})
