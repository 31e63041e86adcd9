import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { makeCa, openWorkbench } from '../support/openssl.ts'
import { registerProduct } from '../support/registered-device.ts'
import { seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let productId: string
let deviceId: string
let certificateId: string
const fingerprint = 'ab'.repeat(20)
beforeAll(async () => {
  productId = await registerProduct(site.quayside)
  const device = await site.quayside.api('POST', '/v5/iot/{project}/devices', {
    product_id: productId,
    node_id: 'pump-7',
    device_name: 'Pump in the cellar',
    auth_info: { auth_type: 'CERTIFICATES', fingerprint },
  })
  if (device.status !== 201) throw new Error(`the device was refused: ${JSON.stringify(device.body)}`)
  deviceId = device.body.device_id
  const bench = openWorkbench()
  const ca = makeCa(bench, { key: 'p256', subject: '/CN=cellar works' })
  bench.dispose()
  const certificate = await site.quayside.api('POST', '/v5/iot/{project}/certificates', { content: ca.pem })
  certificateId = certificate.body.certificate_id
})

const words = {
  en: { overview: 'Overview', field: 'Search everything', search: 'Search', found: 'All Devices' },
  'zh-CN': { overview: '总览', field: '全局搜索', search: '搜索', found: '所有设备' },
} as const

async function open(page: Page, language: keyof typeof words = 'en') {
  await page.goto('/overview')
  await page.getByRole('heading', { name: words[language].overview, level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  const field = page.getByRole('combobox', { name: words[language].field })
  await field.waitFor()
  return field
}

test('Ctrl K opens it; what is typed finds device, product, certificate; Enter goes there', async () => {
  const { page, leave } = await site.enter()

  const field = await open(page)
  await field.and(page.locator(':focus')).waitFor()
  await field.fill('cellar')
  await page.getByRole('option', { name: 'Pump in the cellar' }).waitFor()
  await page
    .getByRole('group', { name: 'Device CA Certificates' })
    .getByRole('option', { name: 'cellar works' })
    .waitFor()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('option', { name: 'cellar works', selected: true }).waitFor()
  const active = await field.getAttribute('aria-activedescendant')
  expect(await page.getByRole('option', { selected: true }).getAttribute('id')).toBe(active)
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/ca-certificates/${certificateId}`)
  await field.waitFor({ state: 'detached' })

  await page.goto('/overview')
  const again = await open(page)
  await again.fill(fingerprint.toUpperCase().replace(/..(?=.)/g, '$&:'))
  await page.getByRole('option', { name: 'Pump in the cellar' }).click()
  await page.waitForURL(`**/devices/${deviceId}`)

  await page.goto('/overview')
  const third = await open(page)
  await third.fill(productId)
  await page.getByRole('group', { name: 'Products' }).getByRole('option').click()
  await page.waitForURL(`**/products/${productId}?app=*`)
  await leave()
})

test('a page is found by its name in either language; Escape closes, and the focus is back where it was', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/overview')
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()

  await page.getByRole('button', { name: 'Search' }).click()
  const field = page.getByRole('combobox')
  await field.fill('资源空间')
  await page.getByRole('option', { name: 'Resource spaces' }).waitFor()
  await page.keyboard.press('Escape')
  await field.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Search' }).and(page.locator(':focus')).waitFor()

  await page.keyboard.press('Enter')
  await field.fill('resource sp')
  await page.getByRole('option', { name: 'Resource spaces' }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL('**/settings/spaces')
  await leave()
})

test('nothing found says so; a search that failed says why, and goes on when it can', async () => {
  const { page, leave } = await site.enter()
  const field = await open(page)

  await field.fill('no such thing')
  await page.getByText('Nothing has “no such thing”').waitFor()
  await page.route('**/search?*', (route) =>
    route.fulfill({
      status: 400,
      json: { error_code: 'QS.0400', error_msg: 'Not like that.', request_id: 'r' },
    }),
  )
  await field.fill('pump')
  await page.getByText('Not like that.').waitFor()
  await page.unroute('**/search?*')
  await page.getByRole('button', { name: 'Try again' }).click()

  await page.getByRole('option', { name: 'Pump in the cellar' }).waitFor()
  await leave()
})

test.for(visits)('the search is readable: $language, $theme, $width px', async (how) => {
  const { language = 'en', theme, width } = how
  const { page, picture, leave } = await site.enter(how)
  const field = await open(page, language)
  await page.getByRole('option', { name: words[language].found }).waitFor()
  await field.fill('cellar')
  await page.getByRole('option', { name: 'Pump in the cellar' }).waitFor()

  expect(await seriousProblems(page)).toEqual([])
  expect(await sidewaysOverflow(page)).toBe(0)
  await picture(`search-${language}-${theme}-${width}`)
  await leave()
})

test('the resource space is chosen in the top bar once there are two, is kept in the address, and is left again', async () => {
  const { page, picture, leave } = await site.enter()
  await page.goto('/overview')
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
  expect(await page.getByRole('button', { name: /^Resource space/ }).count()).toBe(0)

  const { body } = await site.quayside.api('POST', '/v5/iot/{project}/apps', { app_name: 'cellar' })
  await page.reload()
  await page.getByRole('button', { name: 'Resource space: All resource spaces' }).click()
  await page.getByRole('menuitemradio', { name: 'cellar' }).click()
  await page.waitForURL(`**/overview?space=${body.app_id}`)
  await page.getByRole('navigation').getByRole('link', { name: 'Products' }).click()
  await page.waitForURL(`**/products?space=${body.app_id}`)

  const button = page.getByRole('button', { name: 'Resource space: cellar' })
  await button.focus()
  await page.keyboard.press('ArrowDown')
  const chosen = page.getByRole('menuitemradio', { name: 'cellar', checked: true })
  await chosen.and(page.locator(':focus')).waitFor()
  await picture('space-switch')
  expect(await seriousProblems(page)).toEqual([])
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/products')
  await page.locator('[aria-haspopup=menu]:focus').waitFor()
  await leave()
})
