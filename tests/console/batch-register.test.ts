import { readFileSync } from 'node:fs'
import Papa from 'papaparse'
import type { Page } from 'playwright-core'
import { beforeAll, expect, test } from 'vitest'
import { registerProduct } from '../support/registered-device.ts'
import { seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { downloaded } from './support/controls.ts'
import { openSite } from './support/site.ts'

const site = openSite()
let productId: string
beforeAll(async () => {
  productId = await registerProduct(site.quayside)
})

const countOf = async (text: string): Promise<number> =>
  (await site.quayside.api('GET', `/quayside/v1/{project}/devices?search=${text}`)).body.count

async function dropFile(page: Page, content: string | Buffer, name = 'devices.csv'): Promise<void> {
  await page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(content) })
}

async function chooseProduct(page: Page, label = 'Product'): Promise<void> {
  await page.getByLabel(label, { exact: true }).fill('load')
  await page.locator('.ant-select-item').getByText('load', { exact: true }).click()
}

/** Presses the button of this name and reads the file that it saves. */
async function download(page: Page, name: string): Promise<readonly Record<string, string>[]> {
  const saved = await downloaded(page, page.getByRole('button', { name }))
  const text = readFileSync(await saved.path(), 'utf8')
  return Papa.parse<Record<string, string>>(text.replace(/^\ufeff/, '').trimEnd(), { header: true }).data
}

const rowsOf = (page: Page) =>
  page.getByRole('table', { name: /Rows of the file|文件中的行/ }).getByRole('row')

const mixed = (prefix: string) =>
  [
    'Node ID,Device Name,Authentication Type,Fingerprint,Colour',
    `${prefix}-1,Pump,Secret,,red`,
    `${prefix}-2,"Valve, left",X.509 certificate,${'AB:'.repeat(31)}AB,`,
    `${prefix} 3,Spaces,,,`,
    `${prefix}-taken,Taken,,,`,
    `${prefix}-1,Pump again,,,`,
    '',
    `${prefix}-4,Short,CERTIFICATES,12:34,`,
    `${prefix}-5,=HYPERLINK("x"),password,,`,
  ].join('\r\n')

test('a file of good and bad rows: each is judged, nothing is written before it is said to, then only the good', async () => {
  await site.quayside.api('POST', '/v5/iot/{project}/devices', {
    product_id: productId,
    node_id: 'mixed-taken',
  })
  const { page, picture, leave } = await site.enter()
  await page.goto('/devices')
  await page.getByRole('link', { name: 'Batch register' }).click()
  await dropFile(page, mixed('mixed'))
  await page.getByText('Unknown columns, not used: Colour').waitFor()
  await chooseProduct(page)

  await page.getByRole('button', { name: 'Check rows' }).click()
  await page.getByText('2 ready').waitFor()
  await page.getByText('5 refused').waitFor()
  const verdictOf = (row: number) => rowsOf(page).nth(row).innerText()
  expect(await verdictOf(1)).toContain('Ready')
  expect(await verdictOf(3)).toMatch(/Refused[^]*node_id/)
  expect(await verdictOf(4)).toContain(`There is already a device ${productId}_mixed-taken.`)
  expect(await verdictOf(5)).toContain('Row 2 registers the same device.')
  // Counted as a spreadsheet does, the empty row included.
  expect(await verdictOf(6)).toMatch(/^8\b[^]*40 \(SHA-1\)/)
  expect(await verdictOf(7)).toMatch(/Refused[^]*auth_type/)
  expect(await countOf('mixed-')).toBe(1)
  await page.getByRole('checkbox', { name: 'Refused rows only' }).click()
  await expect.poll(() => rowsOf(page).count()).toBe(1 + 5)
  expect(await seriousProblems(page)).toEqual([])
  await picture('batch-preview')

  await page.getByRole('button', { name: 'Register 2 devices' }).click()
  await page.getByText('2 registered').waitFor()
  await page.getByText('The result file holds the secrets').waitFor()
  expect(await countOf('mixed-')).toBe(3)
  await expect.poll(() => page.getByRole('button', { name: /^Register/ }).count()).toBe(0)
  const result = await download(page, 'Download result file')
  expect(result.map(({ row, outcome, error_code: code }) => [row, outcome, code])).toEqual([
    ['2', 'registered', ''],
    ['3', 'registered', ''],
    ['4', 'refused', 'QS.invalid-input'],
    ['5', 'refused', 'QS.device-exists'],
    ['6', 'refused', ''],
    ['8', 'refused', 'QS.fingerprint-unreadable'],
    ['9', 'refused', 'QS.invalid-input'],
  ])
  expect(result[0]).toMatchObject({ device_id: `${productId}_mixed-1`, node_id: 'mixed-1' })
  const { body } = await site.quayside.api('GET', `/v5/iot/{project}/devices/${productId}_mixed-1`)
  expect(result[0]?.['secret']).toBe(body.auth_info.secret)
  expect(result[1]?.['secret']).toBe('')
  await leave()
})

test('a cell of the result that begins like a formula is made harmless', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/batch-register')
  await dropFile(page, 'node_id\n=1+1\n@SUM(A1)\n-2\n')
  await chooseProduct(page)
  await page.getByRole('button', { name: 'Check rows' }).click()
  await page.getByText('2 refused').waitFor()

  const result = await download(page, 'Download result file')

  expect(result.map(({ node_id: id }) => id)).toEqual(["'=1+1", "'@SUM(A1)", "'-2"])
  await leave()
})

test('when the answer is lost on the way, going on registers the rest, and no row twice', async () => {
  const { page, context, faults } = await site.enter()
  await page.goto('/batch-register')
  const names = Array.from({ length: 1200 }, (_, n) => `lost-${String(n).padStart(4, '0')}`)
  await dropFile(page, `node_id\n${names.join('\n')}\n`)
  await chooseProduct(page)
  await page.getByRole('button', { name: 'Check rows' }).click()
  await page.getByText('1,200 ready').waitFor()
  let sent = 0
  await page.route('**/devices/batch', async (route) => {
    sent += 1
    if (sent !== 2) return route.continue()
    // The platform does it, and its answer never arrives.
    await route.fetch()
    return route.abort()
  })

  await page.getByRole('button', { name: 'Register 1,200 devices' }).click()
  await page.getByText('The platform does not answer.').waitFor()
  await page.getByText('no row is registered twice').waitFor()
  expect(await countOf('lost-')).toBe(1000)
  await page.getByRole('button', { name: 'Go on registering' }).click()
  await page.getByText('1,200 registered').waitFor()

  expect(await countOf('lost-')).toBe(1200)
  const result = await download(page, 'Download result file')
  expect(new Set(result.map(({ outcome }) => outcome))).toEqual(new Set(['registered']))
  expect(result.filter(({ secret }) => secret === '')).toHaveLength(500)
  expect(result[500]?.['error_msg']).toContain('the answer with its secret was lost')
  await context.close()
  expect(new Set(faults)).toEqual(new Set(['logged: Failed to load resource: net::ERR_FAILED']))
})

test('fifty thousand rows are shown without being there, and checking them can be stopped and gone on with', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/batch-register')
  const lines = Array.from({ length: 50_000 }, (_, n) => `many-${n},Meter ${n}`)
  await dropFile(page, `node_id,device_name\n${lines.join('\n')}\n`)
  await page.getByText('50,000 rows').waitFor()
  await chooseProduct(page)

  await page.getByRole('button', { name: 'Check rows' }).click()
  await page.getByText(/Checked [1-9][\d,]* of 50,000/).waitFor()
  // The page answers meanwhile: its end is there at once.
  const table = page.getByRole('table', { name: 'Rows of the file' })
  await table.press('End')
  await page.getByText('many-49999', { exact: true }).waitFor()
  expect(await rowsOf(page).count()).toBeLessThan(60)
  await page.getByRole('button', { name: 'Stop' }).click()
  await page
    .getByText(/not checked/)
    .first()
    .waitFor()
  await page.getByText(/\d ready/).waitFor()
  await page.getByRole('button', { name: 'Check the rest' }).waitFor()

  expect(await countOf('many-')).toBe(0)
  await leave()
})

test('a file that is no such list says what it lacks, and the template has the heading', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/batch-register')

  await dropFile(page, 'serial;colour\n1;red\n')
  await page
    .getByText('The first row must name the columns, node_id among them. Found: serial, colour')
    .waitFor()
  await dropFile(page, 'node_id\n\n')
  await page.getByText('The file has no rows.').waitFor()
  const saved = await downloaded(page, page.getByRole('button', { name: 'Download template' }))
  expect(readFileSync(await saved.path(), 'utf8').trim()).toBe(
    '\ufeffnode_id,device_name,product_id,auth_type,fingerprint,secret,device_id,description'.trim(),
  )
  await leave()
})

test('a file that a spreadsheet saved in China is read, and its rows are registered by words of the page', async () => {
  const { page, leave } = await site.enter({ language: 'zh-CN' })
  await page.goto('/batch-register')
  // 设备标识码,设备名称,认证类型 / gbk-1,水泵,密钥 in GB 18030.
  const gbk = Buffer.concat([
    Buffer.from('c9e8b1b8b1eacab6c2eb2cc9e8b1b8c3fbb3c62cc8cfd6a4c0e0d0cd0d0a', 'hex'),
    Buffer.from('gbk-1,'),
    Buffer.from('cbaeb1c32cc3dcd4bf0d0a', 'hex'),
  ])
  await dropFile(page, gbk)
  await chooseProduct(page, '所属产品')
  await page.getByRole('button', { name: '检查', exact: true }).click()
  await page.getByRole('button', { name: '注册 1 个设备' }).click()
  await page.getByText('1 行已注册').waitFor()

  const { body } = await site.quayside.api('GET', '/quayside/v1/{project}/devices?search=gbk-1')
  expect(body.devices).toMatchObject([{ device_name: '水泵', auth_type: 'SECRET' }])
  await leave()
})

test.for(visits)('the page is open to everyone: $language, $theme, $width px', async (how) => {
  const { language = 'en', theme, width } = how
  const { page, picture, leave } = await site.enter(how)
  await page.goto('/batch-register')
  await dropFile(page, mixed(`open-${width}`))
  await chooseProduct(page, language === 'en' ? 'Product' : '所属产品')
  await page.getByRole('button', { name: language === 'en' ? 'Check rows' : '检查', exact: true }).click()
  await page.getByText(language === 'en' ? '3 ready' : '3 行可注册').waitFor()

  expect(await seriousProblems(page)).toEqual([])
  expect(await sidewaysOverflow(page)).toBe(0)
  await picture(`batch-register-${language}-${theme}-${width}`)
  await leave()
})
