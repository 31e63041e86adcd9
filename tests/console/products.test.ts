import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { presets } from '../../console/src/features/products/presets/all.ts'
import { modelOf } from '../../console/src/features/products/presets/preset.ts'
import { type Body } from '../support/quayside.ts'
import { patiently, seriousProblems, sidewaysOverflow, visits } from './support/browser.ts'
import { chooseOption, downloaded } from './support/controls.ts'
import { signIn } from './support/sign-in.ts'
import { openSite } from './support/site.ts'

const site = openSite()

const productsPath = '/v5/iot/{project}/products'

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await site.quayside.api(method, path, body)
  expect([answer.status, answer.body]).toEqual([
    expect.toSatisfy((status: number) => status < 300),
    answer.body,
  ])
  return answer.body
}

/** A product of the default space; `services` are its model. */
const aProduct = (id: string, services: readonly unknown[] = []): Promise<Body> =>
  ok('POST', productsPath, {
    product_id: id,
    name: id,
    device_type: 'Sensor',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: services,
  })

const modelOfProduct = async (id: string): Promise<Body> =>
  (await ok('GET', `${productsPath}/${id}`)).service_capabilities

const property = (name: string, more: object = {}) => ({
  property_name: name,
  data_type: 'int',
  method: 'R',
  ...more,
})

const openModel = (page: Page, id: string) => page.goto(`/products/${id}?tab=model`)

test('guide S16–S40: a product and its model, by clicks, in the guide’s words', async () => {
  const { page, picture, leave } = await site.enter()
  const dialog = page.getByRole('dialog')
  const confirm = () => dialog.getByRole('button', { name: 'OK', exact: true }).click()

  await page.goto('/overview')
  await page
    .getByRole('navigation', { name: 'Main navigation' })
    .getByRole('link', { name: 'Products' })
    .click()
  await page.getByRole('button', { name: 'Create Product' }).click()
  await dialog.getByRole('heading', { name: 'Basic Information' }).waitFor()
  await dialog.getByText('DefaultApp').waitFor()
  await dialog.getByRole('link', { name: 'Create a resource space' }).waitFor()
  await confirm()
  await dialog.getByText('Enter a name.').waitFor()
  // The keyboard is where the first fault is, however far above the button.
  await dialog.locator('input:focus[aria-invalid="true"]').waitFor()
  await page.keyboard.type('My product')
  await dialog.getByText('Only letters, digits, _ and -.').waitFor()
  await dialog.getByLabel('Product Name').fill('X509_demo-1')
  await chooseOption(page, dialog.getByLabel('Protocol'), 'MQTT')
  await chooseOption(page, dialog.getByLabel('Data Type'), 'JSON')
  await chooseOption(page, dialog.getByLabel('Industry'), 'Default')
  await dialog.getByLabel('Device Type').fill('Bracelet')
  await dialog.getByText('Advanced Settings').click()
  await dialog.getByLabel('Product ID').fill('guide-product')
  expect(await seriousProblems(page)).toEqual([])
  await picture('product-create')
  await confirm()

  // The model is the next step, and the page is at it.
  await page.getByRole('heading', { name: 'X509_demo-1', level: 1 }).waitFor()
  await page.getByRole('tab', { name: 'Model Definition', selected: true }).waitFor()
  await page.getByText('This product has no model yet').waitFor()
  await picture('product-model-empty')

  const wanted = [
    { service: 'Connectivity', property: 'dailyActivityTime', max: '65535', unit: 's' },
    { service: 'Battery', property: 'batteryLevel', max: '100', unit: '%' },
  ]
  for (const { service, property: name, max, unit } of wanted) {
    await page.getByRole('button', { name: 'Custom Model' }).click()
    await dialog.getByText('Add Service', { exact: true }).waitFor()
    await dialog.getByLabel('Service ID').fill(service)
    expect(await dialog.getByLabel('Service Type').inputValue()).toBe(service)
    await dialog.getByLabel('Description').fill(`About ${service}`)
    await confirm()
    await page.getByRole('heading', { name: service, level: 2 }).waitFor()

    await page.getByRole('button', { name: 'Add Property' }).click()
    await dialog.getByLabel('Property Name').fill(name)
    await chooseOption(page, dialog.getByLabel('Data Type'), 'Integer')
    expect(
      await dialog.getByRole('group', { name: 'Access Permissions' }).getByLabel('Read').isChecked(),
    ).toBe(true)
    await dialog.getByText('Value Range').waitFor()
    await dialog.getByLabel('Minimum').fill('0')
    await dialog.getByLabel('Maximum').fill(max)
    await dialog.getByLabel('Step').fill('1')
    await dialog.getByLabel('Unit').fill(unit)
    await confirm()
    await page.getByText(`0 – ${max} ${unit}`).waitFor()
  }
  expect(await seriousProblems(page)).toEqual([])
  await picture('product-model')

  const made = await ok('GET', `${productsPath}/guide-product`)
  expect(made).toMatchObject({ name: 'X509_demo-1', industry: 'Default', device_type: 'Bracelet' })
  expect(
    made.service_capabilities.map(({ service_id, service_type, properties }: Body) => ({
      service_id,
      service_type,
      properties,
    })),
  ).toEqual(
    wanted.map(({ service, property: name, max, unit }) => ({
      service_id: service,
      service_type: service,
      properties: [{ ...property(name), required: false, min: '0', max, step: 1, unit }],
    })),
  )

  await page.getByRole('link', { name: 'Products' }).first().click()
  const row = page.getByRole('row', { name: /X509_demo-1/ })
  await row.getByRole('cell', { name: '2', exact: true }).waitFor()
  await picture('products')
  await leave()
})

test('a preset model fills industry and device type, and is the product’s model', async () => {
  const { page, leave } = await site.enter()
  await page.goto('/products')
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Create Product' }).click()
  await dialog.getByLabel('Product Name').fill('meter')
  await chooseOption(page, dialog.getByLabel('Preset product model'), 'Water meter')
  await expect.poll(() => dialog.getByLabel('Device Type').inputValue(), patiently).toBe('WaterMeter')
  await dialog.getByText('Utilities', { exact: true }).waitFor()
  await dialog.getByRole('button', { name: 'OK', exact: true }).click()

  await page.getByRole('heading', { name: 'WaterMeter', level: 2 }).waitFor()
  await page.getByText('Volume counted so far').waitFor()
  await leave()
})

test.for(presets.flatMap((preset) => (['en', 'zh'] as const).map((language) => ({ preset, language }))))(
  'the preset $preset.id, described in $language, is a model that the platform takes as it is',
  async ({ preset, language }) => {
    const model = modelOf(preset, language)
    const product = await ok('POST', productsPath, {
      name: preset.name[language],
      device_type: preset.deviceType,
      industry: preset.industry,
      protocol_type: 'MQTT',
      data_format: 'json',
      service_capabilities: model,
    })

    expect(product.service_capabilities).toEqual(model)
    await ok('DELETE', `${productsPath}/${product.product_id}`)
  },
)

test('every type of value, commands with parameters and responses, and events are made, changed and deleted', async () => {
  await aProduct('all-types', [{ service_id: 'Main' }])
  const { page, picture, leave } = await site.enter()
  await openModel(page, 'all-types')
  const dialog = page.getByRole('dialog')
  const confirm = async () => {
    await dialog.getByRole('button', { name: 'OK', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  const add = async (name: string, type: string, more: () => Promise<void> = async () => undefined) => {
    await page.getByRole('button', { name: 'Add Property' }).click()
    await dialog.getByLabel('Property Name').fill(name)
    await chooseOption(page, dialog.getByLabel('Data Type'), type)
    await more()
    await confirm()
  }

  await add('note', 'String', async () => {
    expect(await dialog.getByText('Value Range').count()).toBe(0)
    await dialog.getByLabel('Maximum length').fill('20')
    await dialog.getByLabel('Write').check()
    await dialog.getByLabel('Default value').fill('hello')
  })
  await add('mode', 'Enum', async () => {
    await dialog.getByRole('button', { name: 'OK', exact: true }).click()
    await dialog.getByText('Enter at least one value.').waitFor()
    await dialog.getByLabel('Enum values').fill('auto\nmanual\n')
    await dialog.getByLabel('Required').check()
  })
  await add('counter', 'Long')
  await add('ratio', 'Decimal', async () => {
    await dialog.getByLabel('Minimum').fill('2')
    await dialog.getByLabel('Maximum').fill('1')
    await dialog.getByRole('button', { name: 'OK', exact: true }).click()
    await dialog.getByText('The minimum is above the maximum.').waitFor()
    await dialog.getByLabel('Minimum').fill('-0.5')
  })
  await add('on', 'Boolean')
  await add('since', 'DateTime')
  await add('settings', 'JsonObject', () => dialog.getByLabel('Default value').fill('{"a":1}'))
  await add('names', 'StringList')

  await page.getByRole('button', { name: 'Add command' }).click()
  await dialog.getByLabel('Command name').fill('setMode')
  await dialog.getByRole('button', { name: 'Add parameter' }).click()
  await dialog.getByLabel('Parameter name').fill('mode')
  await dialog.getByRole('button', { name: 'Add response' }).click()
  expect(await dialog.getByLabel('Response name').inputValue()).toBe('cmdResponses')
  await dialog.getByRole('button', { name: 'Add parameter' }).last().click()
  await dialog.getByLabel('Parameter name').last().fill('result')
  expect(await seriousProblems(page)).toEqual([])
  await picture('product-command')
  await confirm()
  await page.getByRole('button', { name: 'Add event' }).click()
  await dialog.getByLabel('Event type').fill('alarm')
  await confirm()
  await page.getByRole('button', { name: 'Edit alarm' }).click()
  await dialog.getByLabel('Event type').fill('warning')
  await confirm()

  expect(await modelOfProduct('all-types')).toEqual([
    expect.objectContaining({
      service_id: 'Main',
      properties: [
        {
          ...property('note', { data_type: 'string', method: 'RW' }),
          required: false,
          max_length: 20,
          default_value: 'hello',
        },
        { ...property('mode', { data_type: 'enum' }), required: true, enum_list: ['auto', 'manual'] },
        { ...property('counter', { data_type: 'long' }), required: false },
        { ...property('ratio', { data_type: 'decimal' }), required: false, min: '-0.5', max: '1' },
        { ...property('on', { data_type: 'boolean' }), required: false },
        { ...property('since', { data_type: 'DateTime' }), required: false },
        { ...property('settings', { data_type: 'jsonObject' }), required: false, default_value: { a: 1 } },
        { ...property('names', { data_type: 'string list' }), required: false },
      ],
      commands: [
        {
          command_name: 'setMode',
          paras: [{ para_name: 'mode', data_type: 'int', required: false }],
          responses: [
            {
              response_name: 'cmdResponses',
              paras: [{ para_name: 'result', data_type: 'int', required: false }],
            },
          ],
        },
      ],
      events: [{ event_type: 'warning', paras: [] }],
    }),
  ])

  for (const name of ['note', 'setMode', 'warning']) {
    await page.getByRole('button', { name: `Delete ${name}` }).click()
    await dialog.getByRole('textbox').fill(name)
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  const [main] = await modelOfProduct('all-types')
  expect([main.properties.length, main.commands, main.events]).toEqual([7, [], []])
  await page.getByRole('button', { name: 'Delete Main' }).click()
  await dialog.getByRole('textbox').fill('Main')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('This product has no model yet').waitFor()
  await leave()
})

test('order is changed by the keyboard, which keeps its handle, and by dragging', async () => {
  await aProduct('order', [
    { service_id: 'A', properties: [property('one'), property('two'), property('three')] },
    { service_id: 'B' },
  ])
  const { page, leave } = await site.enter()
  await openModel(page, 'order')
  const names = async () =>
    (await modelOfProduct('order'))[0].properties.map((each: Body) => each.property_name)

  const shown = () => page.getByRole('list', { name: 'Properties' }).locator('strong').allTextContents()
  const comeTo = async (order: readonly string[]) => {
    await expect.poll(names, patiently).toEqual(order)
    await expect.poll(shown, patiently).toEqual(order)
  }
  const focusedLabel = () => page.evaluate<string | null>('document.activeElement.getAttribute("aria-label")')
  const comeFocusedTo = async (order: readonly string[]) => {
    await comeTo(order)
    await expect.poll(focusedLabel, patiently).toBe('Move one')
  }

  await page.getByRole('button', { name: 'Move one', exact: true }).focus()
  await page.keyboard.press('ArrowDown')
  await page.getByRole('status').filter({ hasText: 'one is now 2 of 3' }).waitFor()
  await comeFocusedTo(['two', 'one', 'three'])
  await page.keyboard.press('ArrowDown')
  await comeFocusedTo(['two', 'three', 'one'])
  await page.keyboard.press('ArrowUp')
  await comeFocusedTo(['two', 'one', 'three'])

  const middle = async (name: string) => {
    const box = await page.getByRole('button', { name: `Move ${name}`, exact: true }).boundingBox()
    return { x: (box?.x ?? 0) + 8, y: (box?.y ?? 0) + 14 }
  }
  const [from, to] = [await middle('three'), await middle('two')]
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  await page.mouse.move(to.x, to.y, { steps: 5 })
  await page.mouse.up()
  await comeTo(['three', 'two', 'one'])

  await page.getByRole('button', { name: 'Move B', exact: true }).focus()
  await page.keyboard.press('ArrowUp')
  await expect
    .poll(async () => (await modelOfProduct('order')).map((each: Body) => each.service_id), patiently)
    .toEqual(['B', 'A'])
  await leave()
})

test('who edits a model that someone else has changed meanwhile is told, and loses nothing', async () => {
  await aProduct('shared', [{ service_id: 'A' }])
  const { page, leave } = await site.enter()
  await openModel(page, 'shared')
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Add Property' }).click()
  await dialog.getByLabel('Property Name').fill('mine')
  await ok('PUT', `${productsPath}/shared`, {
    service_capabilities: [{ service_id: 'A', properties: [property('theirs')] }],
  })
  await dialog.getByRole('button', { name: 'OK', exact: true }).click()

  await dialog.getByRole('alert').getByText('Someone else has changed the model.').waitFor()
  await page.getByText('theirs', { exact: true }).waitFor()
  expect((await modelOfProduct('shared'))[0].properties).toHaveLength(1)
  await dialog.getByRole('button', { name: 'OK', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })

  const [service] = await modelOfProduct('shared')
  expect(service.properties.map((each: Body) => each.property_name)).toEqual(['theirs', 'mine'])
  await leave()
})

test('what the platform refuses stands beside the field that it names', async () => {
  await aProduct('refused', [{ service_id: 'A' }])
  const { page, leave } = await site.enter()
  await openModel(page, 'refused')
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Add Property' }).click()
  await dialog.getByLabel('Property Name').fill('__proto__')
  await dialog.getByRole('button', { name: 'OK', exact: true }).click()

  await dialog.getByRole('alert').getByText('must not be __proto__.', { exact: true }).waitFor()
  expect(await dialog.getByLabel('Property Name').getAttribute('aria-invalid')).toBe('true')
  expect((await modelOfProduct('refused'))[0].properties).toEqual([])
  await leave()
})

test('an exported model comes back by import, which shows first what it will change', async () => {
  const services = [
    {
      service_id: 'A',
      properties: [property('one', { min: '0', max: '9' })],
      commands: [{ command_name: 'go', paras: [{ para_name: 'far', data_type: 'decimal' }] }],
    },
    { service_id: 'B', events: [{ event_type: 'done' }] },
  ]
  await aProduct('source', services)
  await aProduct('target', [{ service_id: 'A', properties: [property('two')] }])
  const { page, picture, leave } = await site.enter()
  const dialog = page.getByRole('dialog')

  await openModel(page, 'source')
  const download = await downloaded(page, page.getByRole('button', { name: 'Export model' }))
  expect(download.suggestedFilename()).toBe('source-model.json')
  const text = readFileSync(await download.path(), 'utf8')

  await openModel(page, 'target')
  await page.getByRole('button', { name: 'Import model' }).click()
  const select = (name: string, content: string) =>
    dialog
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'application/json', buffer: Buffer.from(content) })
  await select('notes.txt', 'hello')
  await dialog.getByText('notes.txt is not JSON.').waitFor()
  expect(await dialog.getByRole('button', { name: 'OK', exact: true }).isDisabled()).toBe(true)
  await select('model.json', text)
  const preview = dialog.getByRole('region', { name: 'What will change' })
  await expect
    .poll(() => preview.getByRole('listitem').allTextContents(), patiently)
    .toEqual(['+Add property A.one', '+Add command A.go', '+Add service B · 1 entry'])
  await dialog.getByText('Replace', { exact: true }).click()
  await preview.getByText('Remove property A.two').waitFor()
  expect(await seriousProblems(page)).toEqual([])
  await picture('product-import')
  await dialog.getByRole('button', { name: 'OK', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })

  expect(await modelOfProduct('target')).toEqual(await modelOfProduct('source'))
  await leave()
})

test('basic information is changed; a product with devices stays, one without is deleted by its name', async () => {
  await aProduct('basics')
  const device = await ok('POST', '/v5/iot/{project}/devices', { node_id: 'n1', product_id: 'basics' })
  const { page, picture, leave } = await site.enter()
  await page.goto('/products/basics')
  const dialog = page.getByRole('dialog')

  await page.getByRole('button', { name: 'Edit product' }).click()
  await dialog.getByLabel('Product Name').fill('renamed')
  await dialog.getByLabel('Manufacturer').fill('Harbour Works')
  await dialog.getByRole('button', { name: 'OK', exact: true }).click()
  await page.getByRole('heading', { name: 'renamed', level: 1 }).waitFor()
  await page.getByText('Harbour Works').waitFor()

  await page.getByRole('tab', { name: 'Devices' }).click()
  await page.getByText('1 device; the newest 1 here.').waitFor()
  expect(await page.getByRole('link', { name: 'Show in All Devices' }).getAttribute('href')).toContain(
    'product=basics',
  )
  await picture('product-devices')

  const remove = async () => {
    await page.getByRole('tab', { name: 'Basic Information' }).click()
    await page.getByRole('button', { name: 'Delete product' }).click()
    await dialog.getByRole('textbox').fill('renamed')
    await dialog.getByRole('button', { name: 'Delete' }).click()
  }
  await remove()
  await dialog.getByRole('alert').getByText('The product still has 1 devices. Delete them first.').waitFor()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await ok('DELETE', `/v5/iot/{project}/devices/${device.device_id}`)
  await remove()
  await page.getByText('“renamed” was deleted.').waitFor()
  await page.waitForURL((url) => url.pathname === '/products')
  expect((await site.quayside.api('GET', `${productsPath}/basics`)).status).toBe(404)
  await leave()
})

test('the list is searched and narrowed to a resource space, both in the address', async () => {
  const { app_id: space } = await ok('POST', '/v5/iot/{project}/apps', { app_name: 'Harbour' })
  await ok('POST', productsPath, {
    product_id: 'crane',
    name: 'crane',
    app_id: space,
    device_type: 'Crane',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [],
  })
  await aProduct('elsewhere')
  const { page, leave } = await site.enter()

  await page.goto(`/products?space=${space}`)
  await page.getByText('1–1 of 1').waitFor()
  await page.getByRole('link', { name: 'crane' }).waitFor()
  await page.goto('/products')
  await page.getByLabel('Find by name, ID or device type').fill('CRAN')
  await page.getByText('1–1 of 1').waitFor()
  await page.waitForURL(/find=CRAN/)
  await page.getByLabel('Find by name, ID or device type').fill('nothing-like-it')
  await page.getByText('No product has “nothing-like-it”').waitFor()
  await page.getByRole('button', { name: 'Show all' }).click()
  await page.getByRole('link', { name: 'elsewhere' }).waitFor()
  await leave()
})

test('the topics of a device are listed, each with its own copy button', async () => {
  await aProduct('topics')
  const { page, context, leave } = await site.visit()
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await signIn(page, site.quayside)
  await page.goto('/products/topics?tab=topics')

  const row = page
    .getByRole('row')
    .filter({ hasText: '$oc/devices/{device_id}/sys/properties/report' })
    .first()
  await row.getByRole('button', { name: /^Copy/ }).click()
  await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor()
  expect(await page.evaluate('navigator.clipboard.readText()')).toBe(
    '$oc/devices/{device_id}/sys/properties/report',
  )
  await leave()
})

test('of a product that does not exist the page says so, with the code', async () => {
  const { page, leave } = await site.enter()

  await page.goto('/products/no-such-product')

  await page.getByText('There is no product no-such-product.').waitFor()
  await page.getByText('IOTDA.014501').waitFor()
  await leave()
})

const words = {
  en: {
    create: 'Create Product',
    service: 'Custom Model',
    add: 'Add Property',
    cancel: 'Cancel',
  },
  'zh-CN': { create: '创建产品', service: '自定义模型', add: '新增属性', cancel: '取消' },
} as const

test.for(visits)('the forms of products are open to everyone: $language, $theme, $width px', async (how) => {
  const { language = 'en', theme, width } = how
  const say = words[language]
  const id = `open-${language}-${theme}`
  const preset = presets.find((each) => each.id === 'smart-lock')!
  await aProduct(id, modelOf(preset, language === 'en' ? 'en' : 'zh'))
  await ok('POST', '/v5/iot/{project}/devices', { node_id: 'n1', product_id: id })
  const { page, picture, leave } = await site.enter(how)
  const dialog = page.getByRole('dialog')
  const look = async (name: string) => {
    expect([name, await seriousProblems(page)]).toEqual([name, []])
    expect([name, await sidewaysOverflow(page)]).toEqual([name, 0])
    await picture(`${name}-${language}-${theme}-${width}`)
  }

  await page.goto('/products')
  await page.getByRole('link', { name: id }).waitFor()
  await page.getByRole('button', { name: say.create }).click()
  await look('product-create')
  await dialog.getByRole('button', { name: say.cancel }).click()
  await page.goto(`/products/${id}?tab=model`)
  await page.getByRole('button', { name: say.service }).click()
  await look('product-service')
  await dialog.getByRole('button', { name: say.cancel }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByRole('button', { name: say.add }).click()
  await look('product-property')
  await leave()
})
