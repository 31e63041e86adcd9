import { expect, test } from 'vitest'
import { registerDevice, registerProduct } from '../support/registered-device.ts'
import { seriousProblems } from './support/browser.ts'
import { chooseOption } from './support/controls.ts'
import { openSite } from './support/site.ts'

const site = openSite()

test('a policy is made, bound and asked about, and refuses what it denies; then it is changed, unbound and deleted', async () => {
  const product = await registerProduct(site.quayside)
  const { deviceId } = await registerDevice(site.quayside, product, 'lamp')
  const { page, leave } = await site.enter()
  await page.goto(`/policies?device=${deviceId}`)
  const table = page.getByRole('table', { name: 'Topic policies' })
  const dialog = page.getByRole('dialog')
  const judge = async (topic: string, sentence: string): Promise<void> => {
    await page.getByRole('textbox', { name: 'Topic', exact: true }).fill(topic)
    await page.getByRole('button', { name: 'Judge' }).click()
    await page.getByText(sentence).waitFor()
  }
  await table.getByText('system_default_policy').waitFor()
  await table.getByText('topic:*').waitFor()
  await judge('/v1/a', "Statement 1 of the policy 'system_default_policy'")

  await page.getByRole('button', { name: 'Create policy' }).click()
  await dialog.getByRole('textbox', { name: 'Name' }).fill('shut')
  await dialog.getByRole('radio', { name: 'Deny' }).check()
  await dialog.getByRole('textbox', { name: 'Resources, one a line' }).fill('topic:/v1/*\ntopic:${x}')
  expect(await seriousProblems(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('must be topic: and a pattern').waitFor()
  await dialog
    .getByRole('textbox', { name: 'Resources, one a line' })
    .fill('topic:/v1/*\ntopic:/${devices.deviceId}/no')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The policy “shut” was created.').waitFor()
  await table.getByText('Nothing: it decides nothing.').waitFor()

  await page.getByRole('button', { name: 'Bindings of shut' }).click()
  await chooseOption(page, dialog.getByRole('combobox', { name: 'Bind to' }), 'Resource space')
  await dialog.getByRole('button', { name: 'Bind', exact: true }).click()
  await dialog.getByText('Resource space DefaultApp').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await judge('/v1/a', "Statement 1 of the policy 'shut', which is bound to its resource space, denies")
  await judge('/v2/a', "Statement 1 of the policy 'system_default_policy'")

  await page.getByRole('button', { name: 'Edit shut' }).click()
  await dialog.getByRole('textbox', { name: 'Resources, one a line' }).fill('topic:/v2/*')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The policy “shut” was saved.').waitFor()
  await judge('/v2/a', "Statement 1 of the policy 'shut'")

  await page.getByRole('button', { name: 'Bindings of shut' }).click()
  await dialog.getByRole('button', { name: 'Unbind DefaultApp' }).click()
  await dialog.getByText('Nothing: it decides nothing.').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Delete shut' }).click()
  await dialog.getByRole('textbox').fill('shut')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('The policy “shut” was deleted.').waitFor()
  const { body } = await site.quayside.api('GET', '/v5/iot/{project}/device-policies')
  expect(body.page.count).toBe(1)
  await leave()
})

test('a platform without policies says what that means', async () => {
  const { body } = await site.quayside.api('GET', '/v5/iot/{project}/device-policies')
  for (const { policy_id: id } of body.policies)
    await site.quayside.api('DELETE', `/v5/iot/{project}/device-policies/${id}`)
  const { page, leave } = await site.enter()
  await page.goto('/policies')

  await page.getByText('There is no policy, so devices may use the topics of the platform alone.').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await leave()
})
