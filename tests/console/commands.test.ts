import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { connectDevice, type ListeningDevice, requestIdOf } from '../support/listening-device.ts'
import { type RegisteredDevice, registerDevice } from '../support/registered-device.ts'
import { focused, patiently, seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { chooseOption } from './support/controls.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let productId: string
let bareProductId: string
beforeAll(async () => {
  const product = async (name: string, services: readonly object[]): Promise<string> => {
    const { body } = await site.quayside.api('POST', '/v5/iot/{project}/products', {
      ...{ name, device_type: name, protocol_type: 'MQTT', data_format: 'json' },
      service_capabilities: services,
    })
    return body.product_id
  }
  productId = await product('lamp', [
    {
      service_id: 'Lamp',
      properties: [
        { property_name: 'brightness', data_type: 'int', min: '0', max: '100', unit: '%', method: 'RW' },
        { property_name: 'current', data_type: 'decimal', unit: 'A', method: 'R' },
      ],
      commands: [
        {
          command_name: 'switch',
          paras: [
            { para_name: 'state', data_type: 'enum', required: true, enum_list: ['on', 'off'] },
            { para_name: 'fade', data_type: 'int', min: '0', max: '1000', step: 50, unit: 'ms' },
          ],
        },
        { command_name: 'identify', paras: [] },
      ],
    },
  ])
  bareProductId = await product('bare', [])
})

const device = (name: string, product = productId): Promise<RegisteredDevice> =>
  registerDevice(site.quayside, product, name)

const addressOf = ({ deviceId }: RegisteredDevice, view: string): string =>
  `${site.origin}/devices/${deviceId}?tab=commands&view=${view}`

const answerOf = (page: Page): Locator => page.getByRole('region', { name: 'Answer' })
const list = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true })

/** As firmware does: answers the next that it is sent, on the topic of answers. */
async function answerNext(lamp: ListeningDevice, answer: object): Promise<unknown> {
  const received = await lamp.next()
  const [before = ''] = received.topic.split('/request_id=')
  await lamp.client.publishAsync(
    `${before}/response/request_id=${requestIdOf(received)}`,
    JSON.stringify(answer),
  )
  return JSON.parse(received.text)
}

test('a command is built from the model, checked before it is sent, and answered by the device', async () => {
  const registered = await device('lamp-sync')
  const lamp = await connectDevice(site.quayside, registered, 5)
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered, 'sync'))
  const form = page.getByRole('region', { name: 'Send a command' })
  const send = form.getByRole('button', { name: 'Send' })

  await form.getByLabel('fade').fill('1025')
  await send.click()
  await form.getByText('This is required.').waitFor()
  await form.getByText('Must be at most 1000.').waitFor()
  expect(lamp.left()).toEqual([])
  await expect.poll(() => focused(page), patiently).toContain('input')

  await chooseOption(page, form.getByLabel('state'), 'on')
  await form.getByLabel('fade').fill('150')
  await send.click()
  await answerOf(page).getByText('Waiting for the answer of the device, at most 20 s').waitFor()
  await list(page, 'Delivery and response').getByText('Sent', { exact: true }).first().waitFor()
  await picture('commands-waiting')
  expect(await answerNext(lamp, { result_code: 0, paras: { was: 'off' } })).toEqual({
    service_id: 'Lamp',
    command_name: 'switch',
    paras: { state: 'on', fade: 150 },
  })

  await answerOf(page)
    .getByText(/^The device answered after/)
    .waitFor()
  await answerOf(page).getByText('"was": "off"').waitFor()
  const tracks = list(page, 'Delivery and response')
  await tracks.getByText('Answered', { exact: true }).waitFor()
  await tracks.getByText('Lamp · switch').click()
  await tracks.getByText('"was": "off"').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('commands-sync')

  await chooseOption(page, form.getByLabel('Command', { exact: true }), 'identify')
  await form.getByText('The command has no parameters.').waitFor()
  await send.click()
  await answerNext(lamp, { result_code: 3 })
  await answerOf(page).getByText('result_code 3.').waitFor()
  await lamp.end()
  await leave()
})

test('a device that is away is told of before anything is sent, and its refusal in the words of the platform', async () => {
  const registered = await device('lamp-away')
  const { page, leave } = await site.enter()
  await page.goto(addressOf(registered, 'properties'))
  const note = page.getByRole('note')
  await note.getByText('The device is not connected.').waitFor()

  await list(page, 'Get properties').getByRole('button', { name: 'Get' }).click()
  await answerOf(page).getByText('IOTDA.014016').waitFor()
  await note.getByRole('button', { name: 'Queue a command instead' }).click()
  await page.getByRole('heading', { name: 'Queue a command' }).waitFor()

  const lamp = await connectDevice(site.quayside, registered, 5)
  await expect.poll(() => page.getByRole('note').count(), patiently).toBe(0)
  await lamp.end()
  await leave()
})

test('properties: only writable ones are set, only what was filled in, and the device is asked for what it has', async () => {
  const registered = await device('lamp-properties')
  const lamp = await connectDevice(site.quayside, registered, 4)
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered, 'properties'))
  const form = list(page, 'Set properties')
  await form.getByRole('button', { name: 'Set', exact: true }).click()
  await form.getByText('Enter at least one property.').waitFor()
  expect(await form.getByLabel('current').count()).toBe(0)

  await form.getByLabel('As JSON').click()
  await form.getByLabel('Properties (JSON object)').fill('{"brightness": 40}')
  await form.getByLabel('As JSON').click()
  await expect.poll(() => form.getByLabel('brightness').inputValue(), patiently).toBe('40')
  await form.getByRole('button', { name: 'Set', exact: true }).click()
  expect(await answerNext(lamp, { result_code: 0, result_desc: 'dimmed' })).toEqual({
    services: [{ service_id: 'Lamp', properties: { brightness: 40 } }],
  })
  await answerOf(page).getByText('"result_desc": "dimmed"').waitFor()

  await list(page, 'Get properties').getByRole('button', { name: 'Get' }).click()
  await answerNext(lamp, { services: [{ service_id: 'Lamp', properties: { brightness: 40 } }] })
  await answerOf(page).getByText('"brightness": 40').waitFor()
  await form.getByText('reported last: 40').waitFor()
  await picture('commands-properties')
  await lamp.end()
  await leave()
})

test('a message waits for its device, can be withdrawn, and is seen to arrive', async () => {
  const registered = await device('lamp-messages')
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered, 'messages'))
  const kept = list(page, 'Messages kept for the device')
  await kept.getByText('There are no messages.').waitFor()
  const form = list(page, 'Send a message')
  const send = form.getByRole('button', { name: 'Send' })

  await form.getByLabel('Content', { exact: true }).fill('first')
  await send.click()
  await kept.getByText('first').click()
  await kept.getByRole('button', { name: /^Delete message/ }).click()
  await page.getByRole('dialog').getByText('It is withdrawn').waitFor()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await kept.getByText('There are no messages.').waitFor()

  await form.getByLabel('Content', { exact: true }).fill('{"line1": "hello"')
  await form.getByLabel('JSON').click()
  await send.click()
  await form.getByText('This is not valid JSON.').waitFor()
  await form.getByLabel('Content', { exact: true }).fill('{"line1": "hello"}')
  await form.getByLabel('Raw').click()
  await send.click()
  await kept.getByText('Waiting', { exact: true }).waitFor()

  const lamp = await connectDevice(site.quayside, registered, 5)
  expect((await lamp.next()).text).toBe('{"line1":"hello"}')
  await kept.getByText('Delivered', { exact: true }).waitFor()

  await form.getByLabel('Content', { exact: true }).fill('"to nobody"')
  await chooseOption(page, form.getByLabel('Topic'), 'Custom topic below …/user/')
  await form.getByLabel('Behind $oc').fill('display')
  await send.click()
  await kept.getByText(/has not subscribed to \$oc\/devices\/.*\/user\/display/).waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('commands-messages')
  await lamp.end()
  await leave()
})

test('an asynchronous command waits in the queue, is sent when the device connects, and ends in the history', async () => {
  const registered = await device('lamp-async')
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered, 'async'))
  const form = list(page, 'Queue a command')
  const queue = list(page, 'Under way')
  const history = list(page, 'History')
  await queue.getByText('No command waits').waitFor()
  await chooseOption(page, form.getByLabel('state'), 'off')
  await form.getByRole('button', { name: 'Send' }).click()
  await queue.getByText('Waiting', { exact: true }).waitFor()

  const lamp = await connectDevice(site.quayside, registered, 5)
  expect(await answerNext(lamp, { result_code: 0, paras: { done: true } })).toMatchObject({
    paras: { state: 'off' },
  })
  await history.getByText('Successful').waitFor()
  await queue.getByText('No command waits').waitFor()
  await history.getByText('Lamp · switch').click()
  await history.getByText('"state": "off"').waitFor()
  await history.getByText('"done": true').waitFor()
  await picture('commands-async')
  await lamp.end()
  await leave()
})

test('without a model a command of any form is sent as JSON, and nothing can be set', async () => {
  const registered = await device('bare', bareProductId)
  const lamp = await connectDevice(site.quayside, registered, 5)
  const { page, leave } = await site.enter()
  await page.goto(addressOf(registered, 'sync'))
  const form = list(page, 'Send a command')
  await form.getByLabel('Parameters (JSON object)').fill('[1]')
  await form.getByRole('button', { name: 'Send' }).click()
  await form.getByText('This is not a JSON object.').waitFor()
  await form.getByLabel('Command', { exact: true }).fill('anything')
  await form.getByLabel('Parameters (JSON object)').fill('{"any": [1]}')
  await form.getByRole('button', { name: 'Send' }).click()

  expect(await answerNext(lamp, {})).toEqual({ command_name: 'anything', paras: { any: [1] } })
  await answerOf(page)
    .getByText(/^The device answered after/)
    .waitFor()
  await page.locator('.downlink-views').getByText('Properties', { exact: true }).click()
  await page.getByText('No property of the product model is writable').waitFor()
  await lamp.end()
  await leave()
})

test('the live tail tells what goes down, and what was not acted on with its remedy', async () => {
  const registered = await device('lamp-live')
  const lamp = await connectDevice(site.quayside, registered, 5)
  const { page, leave, picture } = await site.enter()
  await page.goto(`${site.origin}/devices/${registered.deviceId}?tab=live`)
  await page
    .getByText('This device has not sent anything yet.')
    .or(page.locator('.tail-row').first())
    .waitFor()

  await site.quayside.api('POST', `/v5/iot/{project}/devices/${registered.deviceId}/messages`, {
    message: 'hello',
  })
  await lamp.next()
  await page.getByText(/^Message · Waiting · sys\/messages\/down .*hello/).waitFor()
  await page.getByText('Message · Delivered').waitFor()
  await lamp.client.publishAsync(
    `$oc/devices/${registered.deviceId}/sys/commands/response/request_id=nobody`,
    '{}',
  )
  const notice = page.getByRole('button', { name: /Nothing waits for an answer with the request id nobody/ })
  await notice.getByText('Not acted on').waitFor()
  await notice.click()
  await page.getByText(/^Answer with the request id of the topic/).waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('commands-live')
  await lamp.end()
  await leave()
})

test.for(visits)('each view is whole and open to everyone: $language, $theme, $width px', async (how) => {
  const { language, theme, width } = how
  const registered = await device(`lamp-looked-at-${language}-${theme}-${width}`)
  await site.quayside.api('POST', `/v5/iot/{project}/devices/${registered.deviceId}/messages`, {
    message: { line1: 'hello' },
    name: 'display',
  })
  await site.quayside.api('POST', `/v5/iot/{project}/devices/${registered.deviceId}/async-commands`, {
    ...{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on' }, send_strategy: 'delay' },
  })
  const { page, leave, picture } = await site.enter(how)
  for (const view of ['sync', 'async', 'properties', 'messages']) {
    await page.goto(addressOf(registered, view))
    await page.getByRole('note').waitFor()
    await expect.poll(() => page.locator('.loading').count(), patiently).toBe(0)
    await picture(`commands-${view}-${language}-${theme}-${width}`)
    expect(await seriousProblems(page)).toEqual([])
    expect(await sidewaysOverflow(page)).toBe(0)
  }
  await leave()
})
