import { expect, test } from 'vitest'
import { registerDevice } from '../support/registered-device.ts'
import { connectOnce } from '../support/device-client.ts'
import { seriousProblems, sidewaysOverflow } from './support/browser.ts'
import { chooseOption } from './support/controls.ts'
import { openSite } from './support/site.ts'

const site = openSite()

async function aProduct(): Promise<string> {
  const { body } = await site.quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'lamp',
    device_type: 'Lamp',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [
      { service_id: 'Env', properties: [{ property_name: 'temperature', data_type: 'int', method: 'R' }] },
    ],
  })
  return body.product_id
}

test('the browser plays a device: connects as it, reports a template, gets the time, subscribes, and leaves', async () => {
  const device = await registerDevice(site.quayside, await aProduct(), 'lamp-1')
  const { page, leave, picture } = await site.enter()
  await page.goto(`${site.origin}/devices/${device.deviceId}?tab=client`)
  await page.getByRole('button', { name: 'Connect as this device' }).click()
  await page.getByText('Connected.', { exact: true }).waitFor()

  const form = page.getByRole('region', { name: 'Publish' })
  await chooseOption(page, form.getByRole('combobox'), 'Reports property values.')
  await form.getByRole('button', { name: 'Publish' }).click()
  await page.getByText('Acknowledged: it is stored. report-stored').waitFor()
  await picture('mqtt-client')
  const shadow = await site.quayside.api('GET', `/v5/iot/{project}/devices/${device.deviceId}/shadow`)
  expect(shadow.body.shadow[0].reported.properties).toEqual({ temperature: expect.any(Number) })

  const subscribe = page.getByRole('region', { name: 'Subscribe' })
  await chooseOption(page, subscribe.getByRole('combobox'), 'Receives a command.')
  await subscribe.getByRole('button', { name: 'Subscribe' }).click()
  await page.getByText(/^Subscribed to .*commands\/# at QoS 1\.$/).waitFor()
  await form.getByLabel('Topic').fill('$oc/devices/other/sys/messages/up')
  await form.getByRole('button', { name: 'Publish' }).click()
  await page.getByText(/^Nothing of it was stored/).waitFor()

  expect(await seriousProblems(page)).toEqual([])
  await page.setViewportSize({ width: 375, height: 800 })
  await expect.poll(() => sidewaysOverflow(page)).toBe(0)
  // The real device takes its session back.
  const { client } = await connectOnce(`mqtt://127.0.0.1:${site.quayside.ports.mqtt}`, device.credentials())
  await page.getByText('The connection ended. 0x8e').waitFor()
  await client?.endAsync()
  await leave()
})

test('a device with a certificate is told why a browser cannot play it', async () => {
  const { body } = await site.quayside.api('POST', '/v5/iot/{project}/devices', {
    ...{ product_id: await aProduct(), node_id: 'x509' },
    auth_info: { auth_type: 'CERTIFICATES', fingerprint: 'ab'.repeat(32) },
  })
  const { page } = await site.enter({ language: 'zh-CN' })
  await page.goto(`${site.origin}/devices/${body.device_id}?tab=client`)

  await page.getByText('该设备使用 X.509 证书认证，浏览器无法在此出示证书。').waitFor()
})
