import { expect, test } from 'vitest'
import { bridgeCredentials, connectBridge } from '../support/bridge-client.ts'
import { connectOnce } from '../support/device-client.ts'
import { deviceSecret, registerDevice, registerProduct } from '../support/registered-device.ts'
import { seriousProblems } from './support/browser.ts'
import { openSite } from './support/site.ts'

const site = openSite()

test('a bridge is made, its secret shown once; the devices that it logs in are listed; it gets a new secret, and is deleted by its name', async () => {
  const { page, picture, leave } = await site.enter()
  const { quayside } = site
  await page.goto('/bridges')
  const dialog = page.getByRole('dialog')
  const storedSecret = async (): Promise<string> => {
    await dialog.getByText('It is not shown again').waitFor()
    expect(await seriousProblems(page)).toEqual([])
    const [, secret = ''] = await dialog.locator('.code').allTextContents()
    await page.keyboard.press('Escape')
    await dialog.getByRole('button', { name: 'I have stored the secret' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await page.content()).not.toContain(secret)
    return secret
  }

  await page.getByRole('main').getByRole('button', { name: 'Create bridge' }).first().click()
  await dialog.getByLabel('Bridge name').fill('Hall 1')
  await dialog.getByLabel('Bridge ID').fill('hall-1')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const secret = await storedSecret()
  await page.getByText('1 of at most 20 bridges').waitFor()

  const through = await connectBridge(quayside, { bridgeId: 'hall-1', secret })
  const { deviceId } = await registerDevice(quayside, await registerProduct(quayside), 'lamp')
  expect(await through.logIn(deviceId, deviceSecret)).toEqual({ result_code: 0 })
  await page.getByRole('link', { name: 'Hall 1' }).click()
  await page.getByRole('heading', { name: 'Hall 1', level: 1 }).waitFor()
  await page.getByRole('link', { name: deviceId }).waitFor()
  await page.getByText('hall-1_3_0_YYYYMMDDHH').waitFor()
  expect(await seriousProblems(page)).toEqual([])

  const happened = page.getByRole('region', { name: 'What happened' })
  await happened.getByText('The bridge was let in.').waitFor()
  const wrong = { ...bridgeCredentials({ bridgeId: 'hall-1', secret }), password: '0'.repeat(64) }
  await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, { ...wrong, protocolVersion: 4 })
  await happened.getByText('The password does not fit the secret of the bridge').waitFor()
  await through.send('nobody', 'sys/properties/report', { services: [] })
  await happened.getByText('which is not logged in through it').click()
  await happened.getByText('Have the bridge log the device in').first().waitFor()
  await picture('bridge-happened')

  await page.getByRole('button', { name: 'Reset secret' }).click()
  await dialog.getByLabel('Cut the connection that stands').check()
  const closed = new Promise<void>((resolve) => through.client.once('close', () => resolve()))
  await dialog.getByRole('button', { name: 'Reset secret' }).click()
  const next = await storedSecret()
  await closed
  const { code, client } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, {
    ...bridgeCredentials({ bridgeId: 'hall-1', secret: next }),
    protocolVersion: 4,
  })
  expect(code).toBe(0)
  await client?.endAsync()

  await page.getByRole('button', { name: 'Delete' }).click()
  const confirm = dialog.getByRole('button', { name: 'Delete' })
  expect(await confirm.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('Hall 1')
  await confirm.click()
  await page.getByText('There is no bridge. Create one').waitFor()
  await leave()
})

test('an id that is taken gets the platform’s sentence in the dialog, which keeps what was typed', async () => {
  const { page, leave } = await site.enter()
  await site.quayside.api('POST', '/v5/iot/{project}/bridges', { bridge_name: 'One', bridge_id: 'one' })
  await page.goto('/bridges')

  await page.getByRole('main').getByRole('button', { name: 'Create bridge' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Bridge name').fill('Another')
  await dialog.getByLabel('Bridge ID').fill('one')
  await dialog.getByRole('button', { name: 'Save' }).click()

  await dialog.getByRole('alert').getByText('The bridge ID one is taken.').waitFor()
  expect(await dialog.getByLabel('Bridge ID').inputValue()).toBe('one')
  await page.goto('/bridges/nobody')
  await page.getByText('There is no bridge nobody.').waitFor()
  await leave()
})
