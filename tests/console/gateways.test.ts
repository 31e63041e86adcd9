import type { Locator, Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { publish } from '../support/device-client.ts'
import { connectGateway } from '../support/gateway-client.ts'
import { type RegisteredDevice, registerDevice } from '../support/registered-device.ts'
import { focused, patiently, seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { chooseOption } from './support/controls.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let gatewayProduct: string
let meterProduct: string
beforeAll(async () => {
  const product = async (name: string): Promise<string> => {
    const { body } = await site.quayside.api('POST', '/v5/iot/{project}/products', {
      ...{ name, device_type: name, protocol_type: 'MQTT', data_format: 'json' },
      service_capabilities: [
        {
          service_id: 'Meter',
          properties: [{ property_name: 'power', data_type: 'int', unit: 'W', method: 'R' }],
        },
      ],
    })
    return body.product_id
  }
  gatewayProduct = await product('gateway')
  meterProduct = await product('meter')
})

const gateway = (node: string): Promise<RegisteredDevice> =>
  registerDevice(site.quayside, gatewayProduct, node)
const addressOf = (deviceId: string, tab: string): string => `${site.origin}/devices/${deviceId}?tab=${tab}`
const row = (page: Page, child: string): Locator => page.getByRole('row').filter({ hasText: child })

async function addChild({ deviceId }: RegisteredDevice, node: string): Promise<string> {
  const { status, body } = await site.quayside.api('POST', '/v5/iot/{project}/devices', {
    ...{ product_id: meterProduct, node_id: node, device_name: node, gateway_id: deviceId },
  })
  expect(status).toBe(201)
  return body.device_id
}

test('a child is added below its gateway, which is told and reports for it; the child comes online as it is said to', async () => {
  const registered = await gateway('gw-add')
  const connected = await connectGateway(site.quayside, registered)
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered.deviceId, 'children'))
  await page.getByText('It has no child devices.').waitFor()
  await page.getByRole('button', { name: 'Add child device' }).click()
  const form = page.getByRole('dialog', { name: 'Add child device' })
  await form.getByRole('button', { name: 'OK' }).click()
  await form.getByText('Choose a product.').waitFor()
  expect(await form.getByText('Authentication Type').count()).toBe(0)
  await form.getByLabel('Product', { exact: true }).click()
  await page.locator('.ant-select-item-option-content').getByText('meter', { exact: true }).click()
  await form.getByLabel('Node ID').fill('meter-1')
  expect(await seriousProblems(page)).toEqual([])
  await picture('children-form')
  await form.getByRole('button', { name: 'OK' }).click()
  const done = page.getByRole('dialog', { name: 'Device registered' })
  await done.getByText('it needs no credentials').waitFor()
  expect(await done.getByText('Secret').count()).toBe(0)
  expect(await connected.next()).toMatchObject({
    service_id: '$sub_device_manager',
    event_type: 'add_sub_device_notify',
    paras: { devices: [{ node_id: 'meter-1' }] },
  })
  await done.getByRole('button', { name: 'Done' }).click()

  await row(page, 'meter-1').getByText('Inactive').waitFor()
  const { body } = await site.quayside.api(
    'GET',
    `/quayside/v1/{project}/devices?gateway_id=${registered.deviceId}`,
  )
  const childId: string = body.devices[0].device_id
  await connected.send('$sub_device_manager', 'sub_device_update_status', {
    device_statuses: [{ device_id: childId, status: 'ONLINE' }],
  })
  await row(page, 'meter-1').getByText('Online').waitFor()
  await picture('children-online')

  await publish(
    connected.client,
    connected.topic('gateway/sub_devices/properties/report'),
    JSON.stringify({
      devices: [{ device_id: childId, services: [{ service_id: 'Meter', properties: { power: 42 } }] }],
    }),
  )
  await row(page, 'meter-1').getByRole('link', { name: 'meter-1' }).click()
  await page.getByText('42').first().waitFor()
  await page.getByRole('link', { name: registered.deviceId }).waitFor()
  expect(await page.getByRole('tab', { name: 'Children' }).count()).toBe(0)
  await page.getByRole('tab', { name: 'Connect', exact: true }).click()
  await page.getByText('A child device has no connection of its own').waitFor()
  await page.getByRole('tab', { name: 'Identity' }).click()
  await page.getByText('A child device never connects itself').waitFor()
  expect(await page.getByRole('button', { name: /Reset|Reveal/ }).count()).toBe(0)
  await page.getByRole('link', { name: 'Identity of the gateway' }).click()
  await page.getByRole('button', { name: 'Reset secret' }).waitFor()
  await connected.end()
  await leave()
})

test('a child goes below another gateway: from the list and from its own settings, told where it cannot', async () => {
  const [one, other] = [await gateway('gw-from'), await gateway('gw-to')]
  const childId = await addChild(one, 'meter-2')
  await addChild(one, 'meter-3')
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(one.deviceId, 'children'))
  await page.getByLabel('Name or ID of a child').fill('meter-2')
  await expect.poll(() => row(page, 'meter-3').count(), patiently).toBe(0)
  const move = row(page, 'meter-2').getByRole('button', { name: 'Change gateway of meter-2' })
  await move.click()
  const form = page.getByRole('dialog', { name: 'Change the gateway of meter-2' })
  await form.getByRole('button', { name: 'Change gateway' }).click()
  await form.getByText('Choose the new gateway.').waitFor()
  await form.getByLabel('Gateway', { exact: true }).fill('gw-from')
  await page.locator('.ant-select-item-option-content').getByText(one.deviceId).click()
  await form.getByRole('button', { name: 'Change gateway' }).click()
  await form.getByText('IOTDA.').waitFor()
  await picture('children-move')
  await form.getByLabel('Gateway', { exact: true }).fill('gw-to')
  await page.locator('.ant-select-item-option-content').getByText(other.deviceId).click()
  await form.getByRole('button', { name: 'Change gateway' }).click()
  await form.waitFor({ state: 'detached' })
  await page.getByText('No child device matches.').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await row(page, 'meter-3').waitFor()

  await page.goto(addressOf(childId, 'settings'))
  const panel = page.getByRole('region', { name: 'Gateway', exact: true })
  await panel.getByRole('link', { name: other.deviceId }).waitFor()
  await panel.getByRole('button', { name: 'Change gateway' }).click()
  await form.getByLabel('Gateway', { exact: true }).fill('gw-from')
  await page.locator('.ant-select-item-option-content').getByText(one.deviceId).click()
  await page.keyboard.press('Escape')
  await form.waitFor({ state: 'detached' })
  await expect.poll(() => focused(page), patiently).toContain('Change gateway')
  await panel.getByRole('link', { name: other.deviceId }).waitFor()
  await leave()
})

test('a device tells its versions when it is asked, and why it was not asked when it is away', async () => {
  const registered = await gateway('gw-facts')
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered.deviceId, 'overview'))
  const panel = page.getByRole('region', { name: 'What it told of itself' })
  await panel.getByText('The device has not told its versions yet.').waitFor()
  await panel.getByRole('button', { name: 'Ask for versions' }).click()
  await panel.getByRole('status').filter({ hasText: /\S/ }).waitFor()
  await picture('facts-away')

  const connected = await connectGateway(site.quayside, registered, { protocolVersion: 5 })
  await page.getByText('Online', { exact: true }).first().waitFor()
  await panel.getByRole('button', { name: 'Ask for versions' }).click()
  expect(await connected.next()).toMatchObject({ service_id: '$ota', event_type: 'version_query' })
  await connected.send('$ota', 'version_report', { sw_version: '2.0.1', fw_version: '1.4' })
  await connected.send('$sdk_info', 'sdk_info_report', { type: 'JAVA', device_sdk_version: 'JAVA_v1.2.1' })
  await panel.getByText('2.0.1').waitFor()
  await panel.getByText('JAVA_v1.2.1').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('facts')
  await connected.end()
  await leave()
})

test('the log of a device is turned on for a while, its lines come in as it writes them, and it is turned off', async () => {
  const registered = await gateway('gw-log')
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered.deviceId, 'logs'))
  const collection = page.getByRole('region', { name: 'Log collection' })
  const lines = page.getByRole('region', { name: 'Log of the device' })
  await lines.getByText('The device has not reported its log yet.').waitFor()
  await chooseOption(page, collection.getByLabel('For how long'), 'For an hour')
  await collection.getByRole('button', { name: 'Turn on' }).click()
  await collection.getByText('On', { exact: true }).waitFor()

  const connected = await connectGateway(site.quayside, registered)
  expect(await connected.next()).toMatchObject({
    service_id: '$log',
    event_type: 'log_config',
    paras: { switch: 'on' },
  })
  await connected.send('$log', 'log_report', {
    ...{ timestamp: '1704164700000', type: 'DEVICE_STATUS', content: 'login success' },
  })
  await connected.send('$log', 'security_log_report', {
    ...{ timestamp: '1704164700000', type: 'MEMORY_REPORT', content: { total: 65_536 } },
  })
  await lines.getByText('login success').waitFor()
  await lines.getByText('"total": 65536').waitFor()
  await collection.getByText('The device was told').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('device-log')
  await chooseOption(page, lines.getByLabel('Kind of lines'), 'Security findings')
  await lines.getByText('login success').waitFor({ state: 'detached' })

  await collection.getByRole('button', { name: 'Turn off' }).click()
  expect(await connected.next()).toMatchObject({ paras: { switch: 'off' } })
  await collection.getByRole('button', { name: 'Turn on' }).waitFor()
  await connected.end()
  await leave()
})

test('a file is put for a device and one of a device is fetched, by addresses that the page gives; a file is deleted', async () => {
  const registered = await gateway('gw-files')
  const { page, leave, picture } = await site.enter()
  await page.goto(addressOf(registered.deviceId, 'files'))
  await page.getByText('There are no files.').waitFor()
  await page.getByRole('button', { name: 'Put a file here' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Get address' }).click()
  await dialog.getByText('Enter a name.').waitFor()
  await dialog.getByLabel('File name').fill('a/../b')
  await dialog.getByRole('button', { name: 'Get address' }).click()
  await dialog.getByText('must not hold backslashes').waitFor()
  await dialog.getByLabel('File name').fill("maps/it's here.bin")
  await dialog.getByRole('button', { name: 'Get address' }).click()
  const upload = await dialog.getByRole('region', { name: 'command' }).textContent()
  expect(upload).toMatch(/^curl -T 'it'\\''s here\.bin' 'https:\/\/[^']+'$/)
  await picture('files-upload')
  expect((await put(addressIn(upload), 'roads')).status).toBe(200)
  await dialog.getByRole('button', { name: 'Done, show the files' }).click()

  const file = page.getByRole('row').filter({ hasText: "maps/it's here.bin" })
  await file.getByText('5 B').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('files')
  await file.getByRole('button', { name: /^Download/ }).click()
  const link = dialog.getByRole('link', { name: 'Download with this browser' })
  const download = await dialog.getByRole('region', { name: 'command' }).textContent()
  expect(await link.getAttribute('href')).toBe(addressIn(download))
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  await file.getByRole('button', { name: /^Delete/ }).click()
  await dialog.getByText('The file is gone for good.').waitFor()
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('There are no files.').waitFor()
  await leave()
})

/** Between the last quotes of a curl command. */
const addressIn = (command: string | null): string => /'(https:[^']+)'$/.exec(command ?? '')?.[1] ?? ''

/** Sent to the HTTP port, which answers the same addresses: the certificate of the platform is its own. */
const put = (address: string, body: string): Promise<Response> => {
  const { pathname, search } = new URL(address)
  return fetch(`http://127.0.0.1:${site.quayside.ports.http}${pathname}${search}`, { method: 'PUT', body })
}

test.for(visits)('each of these is whole and open to everyone: $language, $theme, $width px', async (how) => {
  const { language, theme, width } = how
  const registered = await gateway(`gw-looked-at-${language}-${theme}-${width}`)
  const childId = await addChild(registered, `meter-${language}-${theme}-${width}`)
  const connected = await connectGateway(site.quayside, registered)
  await connected.send('$log', 'log_report', { type: 'DEVICE_STATUS', content: 'login success' })
  await connected.send('$sdk_info', 'sdk_info_report', { device_sdk_version: 'C_v1.2.0' })
  const { page, leave, picture } = await site.enter(how)
  for (const [tab, deviceId] of [
    ['children', registered.deviceId],
    ['logs', registered.deviceId],
    ['files', registered.deviceId],
    ['overview', registered.deviceId],
    ['settings', childId],
  ] as const) {
    await page.goto(addressOf(deviceId, tab))
    await page.getByRole('tabpanel').waitFor()
    await expect.poll(() => page.locator('.loading').count(), patiently).toBe(0)
    await picture(`gateway-${tab}-${language}-${theme}-${width}`)
    expect([tab, await seriousProblems(page)]).toEqual([tab, []])
    expect([tab, await sidewaysOverflow(page)]).toEqual([tab, 0])
  }
  await connected.end()
  await leave()
})

test('children go offline with their gateway where that is set', async () => {
  const registered = await gateway('gw-follow')
  const childId = await addChild(registered, 'meter-follow')
  const connected = await connectGateway(site.quayside, registered)
  await connected.send('$sub_device_manager', 'sub_device_update_status', {
    device_statuses: [{ device_id: childId, status: 'ONLINE' }],
  })
  const { page, leave, picture } = await site.enter()
  await page.goto('/settings/platform')
  const panel = page.getByRole('region', { name: 'Gateways' })
  await panel.getByText('Children keep the status').waitFor()
  await panel.getByRole('switch').click()
  await panel.getByText('When a gateway goes offline, so do its children').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('platform-gateways')

  await page.goto(addressOf(registered.deviceId, 'children'))
  await row(page, 'meter-follow').getByText('Online').waitFor()
  await connected.end()
  await row(page, 'meter-follow').getByText('Offline').waitFor()
  await leave()
})
