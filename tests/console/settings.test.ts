import { expect, test } from 'vitest'
import { startQuayside } from '../support/quayside.ts'
import { signedFetch } from '../support/sign.ts'
import { seriousProblems, visit } from './support/browser.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite()

test('a resource space is made, found, renamed, and deleted only by its name', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/settings/spaces')
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Create resource space' }).click()
  await dialog.getByLabel('Resource space name').fill('Workshop')
  expect(await seriousProblems(page)).toEqual([])
  await page.keyboard.press('Enter')
  await page.getByText('“Workshop” was created.').waitFor()

  await page.getByLabel('Find by name or ID').fill('worksh')
  await page.getByText('1 resource space', { exact: true }).waitFor()
  await page.waitForURL(/find=worksh/)

  await page.getByRole('button', { name: 'Rename Workshop' }).click()
  await dialog.getByLabel('Resource space name').fill('Workshop 2')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('The resource space is now called “Workshop 2”.').waitFor()

  await page.getByRole('button', { name: 'Delete Workshop 2' }).click()
  const confirm = dialog.getByRole('button', { name: 'Delete' })
  expect(await confirm.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('Workshop 2')
  await confirm.click()
  await page.getByText('“Workshop 2” was deleted.').waitFor()
  await page.getByText('No resource space has “worksh” in its name or ID.').waitFor()

  const { body } = await site.quayside.api('GET', '/v5/iot/{project}/apps')
  expect(body.applications.map(({ app_name }: { app_name: string }) => app_name)).toEqual(['DefaultApp'])
  await leave()
})

test('a name that is taken gets the platform’s sentence in the dialog, which keeps what was typed', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/settings/spaces')

  await page.getByRole('button', { name: 'Create resource space' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Resource space name').fill('DefaultApp')
  await dialog.getByRole('button', { name: 'Save' }).click()

  await dialog.getByRole('alert').getByText('There is already a resource space named DefaultApp.').waitFor()
  await dialog.getByText('IOTDA.001001').waitFor()
  expect(await dialog.getByLabel('Resource space name').inputValue()).toBe('DefaultApp')
  await leave()
})

test('an access key is shown once, signs requests, and signs none after it was revoked', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/settings/access-keys')
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Create access key' }).click()
  await dialog.getByLabel('Description').fill('billing')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('It is not shown again').waitFor()
  const [accessKey = '', secretKey = ''] = await dialog.locator('.code').allTextContents()
  await page.keyboard.press('Escape')
  await dialog.getByRole('button', { name: 'I have stored the secret key' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.content()).not.toContain(secretKey)

  const call = async () =>
    (
      await signedFetch(
        { accessKey, secretKey },
        {
          method: 'GET',
          url: `${site.origin}/v5/iot/${site.quayside.credentials.projectId}/apps`,
          headers: {},
          body: '',
          at: Date.now(),
        },
      )
    ).status
  expect(await call()).toBe(200)

  await page.getByRole('button', { name: `Revoke ${accessKey}` }).click()
  await dialog.getByRole('textbox').fill(accessKey)
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('The access key was revoked.').waitFor()
  expect(await call()).toBe(401)
  await leave()
})

test('the password is changed by who knows the old one, and other sessions end', async () => {
  const own = await startQuayside()
  const there = `http://localhost:${own.ports.http}`
  const [mine, other] = [await visit(site.browser, there), await visit(site.browser, there)]
  await signIn(mine.page, own)
  await signIn(other.page, own)
  const { page } = mine
  await page.goto('/settings/account')
  const fill = async (old: string, fresh: string, repeat: string) => {
    await page.getByLabel('Current password', { exact: true }).fill(old)
    await page.getByLabel('New password', { exact: true }).fill(fresh)
    await page.getByLabel('New password again', { exact: true }).fill(repeat)
    await page.getByRole('button', { name: 'Change password' }).click()
  }

  await fill('wrong', 'battery staple', 'battery')
  await page.getByText('The two passwords differ.').waitFor()
  await fill('wrong', 'battery staple', 'battery staple')
  await page.getByText('is not the present one.').waitFor()
  await fill(own.credentials.password, 'battery staple', 'battery staple')
  await page.getByText('The password was changed.').waitFor()

  await other.page.reload()
  await other.page.getByRole('heading', { name: 'Sign in' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Account', level: 1 }).waitFor()
  await mine.leave()
  await other.leave()
  await own.dispose()
})
