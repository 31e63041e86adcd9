import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { aWireProduct, aWireProperty, aWireService, createdProduct, unique } from '../support/wire.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())
beforeEach(() => void api.notices())

const parameter = {
  para_name: 'value',
  data_type: 'decimal',
  required: true,
  min: '-1.5',
  max: '2',
  step: 0.5,
}
const wholeService = {
  service_id: 'Lamp',
  service_type: 'Light',
  description: 'two\nlines',
  option: 'Mandatory',
  properties: [
    aWireProperty({
      property_name: 'bright ness',
      required: true,
      min: '-922337203685477',
      max: '65535',
      max_length: 3,
      step: 1,
      unit: '%',
      description: 'd',
      default_value: { any: ['thing', null] },
    }),
    aWireProperty({
      property_name: '模式',
      data_type: 'enum',
      enum_list: ['a', 'b'],
      method: 'RWE',
      required: false,
    }),
  ],
  commands: [
    {
      command_name: 'switch',
      paras: [parameter],
      responses: [{ response_name: 'cmdResponses', paras: [parameter] }],
    },
  ],
  events: [{ event_type: 'alarm', paras: [parameter] }],
}

describe('create', () => {
  test('a product with a whole model comes back as it was sent, from create and show', async () => {
    const product_id = unique('given')
    const wire = aWireProduct({
      product_id,
      manufacturer_name: 'maker',
      industry: 'Default',
      description: 'd',
      service_capabilities: [wholeService],
    })

    const created = await api.ours.call('POST', '/products', wire)

    expect(created.status).toBe(201)
    expect(created.body).toEqual({
      ...wire,
      app_id: api.ours.defaultSpace,
      app_name: 'DefaultApp',
      create_time: '20261122T120000Z',
    })
    expect((await api.ours.call('GET', `/products/${product_id}`)).body).toEqual(created.body)
  })

  test('northbound §3.3: an id of 24 hex digits is allotted when none is given', async () => {
    const { body } = await api.ours.call('POST', '/products', aWireProduct({ product_id: '' }))

    expect(body.product_id).toMatch(/^[0-9a-f]{24}$/)
  })

  test("northbound §2.1: Terraform's null, empty text and empty list are absent, service_type becomes service_id", async () => {
    const property = aWireProperty({
      unit: null,
      default_value: null,
      enum_list: [],
      in_values: [],
      min: '',
      description: '',
    })
    const wire = aWireProduct({
      industry: null,
      manufacturer_name: '',
      service_capabilities: [aWireService({ service_type: '', properties: [property], commands: null })],
    })

    const { status, body } = await api.ours.call('POST', '/products', wire)

    expect(status).toBe(201)
    expect(body).not.toHaveProperty('industry')
    expect(body.service_capabilities).toEqual([
      {
        service_id: 'Battery',
        service_type: 'Battery',
        properties: [{ property_name: 'batteryLevel', data_type: 'int', required: false, method: 'RW' }],
        commands: [],
        events: [],
        option: 'Optional',
      },
    ])
  })

  test('northbound §4.2: a default value is not checked against its type', async () => {
    const property = aWireProperty({ default_value: { not: 'an int' } })

    const { body } = await api.ours.call(
      'POST',
      '/products',
      aWireProduct({ service_capabilities: [aWireService({ properties: [property] })] }),
    )

    expect(body.service_capabilities[0].properties[0].default_value).toEqual({ not: 'an int' })
  })

  test('an id is unique in its space and free in another', async () => {
    const product_id = await createdProduct(api.ours, { product_id: unique('shared') })
    const { body: space } = await api.ours.call('POST', '/apps', { app_name: unique('space') })
    const before = await api.snapshot()

    const repeated = await api.ours.call('POST', '/products', aWireProduct({ product_id }))
    expect(repeated.status).toBe(400)
    expect(repeated.body.error_msg).toContain(product_id)
    expect(await api.snapshot()).toBe(before)
    const elsewhere = await api.ours.call(
      'POST',
      '/products',
      aWireProduct({ product_id, app_id: space.app_id }),
    )
    expect(elsewhere).toMatchObject({ status: 201, body: { app_id: space.app_id, app_name: space.app_name } })
    // northbound §3.4: without a space the one in the default space is meant.
    expect((await api.ours.call('GET', `/products/${product_id}`)).body.app_id).toBe(api.ours.defaultSpace)
    const path = `/products/${product_id}?app_id=${space.app_id}`
    expect((await api.ours.call('GET', path)).body.app_id).toBe(space.app_id)
  })

  test('an unknown space is 403 IOTDA.001000', async () => {
    expect(await api.ours.call('POST', '/products', aWireProduct({ app_id: 'nowhere' }))).toMatchObject({
      status: 403,
      body: { error_code: 'IOTDA.001000' },
    })
  })

  const service = (over: object) => ({ service_capabilities: [aWireService({ ...over })] })
  const property = (over: object) => service({ properties: [aWireProperty({ ...over })] })
  test.each<[string, object]>([
    ['no name', { name: undefined }],
    ['an empty name', { name: '' }],
    ['a name of 65 characters', { name: 'x'.repeat(65) }],
    ['no device type', { device_type: undefined }],
    ['an unknown protocol', { protocol_type: 'mqtt' }],
    ['no data format', { data_format: undefined }],
    ['no service_capabilities', { service_capabilities: undefined }],
    ['an id with a dot', { product_id: 'a.b' }],
    ['an id of 37 characters', { product_id: 'x'.repeat(37) }],
    [
      '501 services',
      { service_capabilities: Array.from({ length: 501 }, (_, i) => aWireService({ service_id: `s${i}` })) },
    ],
    [
      'more than 500 KB of model',
      {
        service_capabilities: Array.from({ length: 60 }, (_, i) =>
          aWireService({
            service_id: `s${i}`,
            properties: [aWireProperty({ default_value: 'x'.repeat(9000) })],
          }),
        ),
      },
    ],
    ['two services of one id', { service_capabilities: [aWireService(), aWireService()] }],
    ['two properties of one name', service({ properties: [aWireProperty(), aWireProperty()] })],
    ['two commands of one name', service({ commands: [{ command_name: 'c' }, { command_name: 'c' }] })],
    [
      'two parameters of one name',
      service({ commands: [{ command_name: 'c', paras: [parameter, parameter] }] }),
    ],
    ['two events of one type', service({ events: [{ event_type: 'e' }, { event_type: 'e' }] })],
    ['a property with a dot in its name', property({ property_name: 'a.b' })],
    ['a property with a dollar in its name', property({ property_name: '$a' })],
    ['a property named __proto__', property({ property_name: '__proto__' })],
    ['a service named __proto__', service({ service_id: '__proto__' })],
    ['an unknown data type', property({ data_type: 'float' })],
    ['an unknown access method', property({ method: 'X' })],
    ['min above max', property({ min: '2', max: '1.99' })],
    ['min above max beyond 2^53', property({ min: '9007199254740993', max: '9007199254740992' })],
    ['a min that is no number', property({ min: 'low' })],
    ['a min of 17 characters', property({ min: '1'.repeat(17) })],
    ['a max that is a number and not text', property({ max: 5 })],
    ['a step below 0', property({ step: -1 })],
    ['an enum without values', property({ data_type: 'enum', enum_list: [] })],
    ['a negative max_length', property({ max_length: -1 })],
    ['a text where a list belongs', { service_capabilities: 'x' }],
  ])('a product with %s is refused, and nothing is written', async (_, over) => {
    const before = await api.snapshot()

    expect(await api.ours.call('POST', '/products', aWireProduct({ ...over }))).toMatchObject({
      status: 400,
      body: { error_code: 'IOTDA.000006' },
    })
    expect(await api.snapshot()).toBe(before)
  })

  test('the refusal names the place', async () => {
    const wire = aWireProduct({
      service_capabilities: [aWireService({ properties: [aWireProperty(), aWireProperty()] })],
    })

    expect((await api.ours.call('POST', '/products', wire)).body.error_msg).toBe(
      'service_capabilities[0].properties[1].property_name: must be unique.',
    )
  })
})

describe('list', () => {
  test('northbound §3.1: pages run newest first by marker and by offset; count is the total; the end is an empty list', async () => {
    const name = unique('paged')
    const ids: string[] = []
    for (let number = 0; number < 3; number++) ids.unshift(await createdProduct(api.ours, { name }))
    const list = async (query: string) => {
      const { body } = await api.ours.call('GET', `/products?product_name=${name}&${query}`)
      return {
        ids: body.products.map((product: { product_id: string }) => product.product_id),
        page: body.page,
      }
    }

    const first = await list('limit=2')
    expect(first).toMatchObject({ ids: ids.slice(0, 2), page: { count: 3, marker: ids[1] } })
    expect(await list(`limit=2&marker=${first.page.marker}`)).toMatchObject({
      ids: ids.slice(2),
      page: { count: 3 },
    })
    expect(await list('limit=2&offset=2')).toMatchObject({ ids: ids.slice(2) })
    expect(await list('limit=50&offset=550')).toEqual({ ids: [], page: { count: 3, marker: '' } })
  })

  test('a list has no models', async () => {
    await createdProduct(api.ours)

    const { body } = await api.ours.call('GET', '/products')

    expect(body.products[0]).not.toHaveProperty('service_capabilities')
  })

  test.each([
    ['limit=0', 'IOTDA.000017'],
    ['limit=51', 'IOTDA.000017'],
    ['limit=x', 'IOTDA.000017'],
    ['offset=-1', 'IOTDA.000017'],
    ['marker=xyz', 'IOTDA.000018'],
  ])('?%s is refused with %s', async (query, code) => {
    expect(await api.ours.call('GET', `/products?${query}`)).toMatchObject({
      status: 400,
      body: { error_code: code },
    })
  })

  test('an unknown space is 403, an empty app_id is none', async () => {
    expect((await api.ours.call('GET', '/products?app_id=nowhere')).status).toBe(403)
    expect((await api.ours.call('GET', '/products?app_id=')).status).toBe(200)
  })
})

describe('update', () => {
  test('absent members stay, the model is replaced as a whole, connections are told', async () => {
    const id = await createdProduct(api.ours, { industry: 'water', service_capabilities: [wholeService] })
    api.notices()

    const renamed = await api.ours.call('PUT', `/products/${id}`, { name: 'new', industry: '' })
    expect(renamed).toMatchObject({
      status: 200,
      body: { name: 'new', industry: 'water', device_type: 'meter' },
    })
    expect(renamed.body.service_capabilities).toEqual([wholeService])

    const replaced = await api.ours.call('PUT', `/products/${id}`, { service_capabilities: [aWireService()] })
    expect(replaced.body.service_capabilities).toHaveLength(1)
    expect(replaced.body.service_capabilities[0].service_id).toBe('Battery')
    expect((await api.ours.call('GET', `/products/${id}`)).body).toEqual(replaced.body)
    expect(api.notices()).toEqual([
      { kind: 'model-changed', productKey: id },
      { kind: 'model-changed', productKey: id },
    ])
    expect(
      (await api.ours.call('PUT', `/products/${id}`, { service_capabilities: [] })).body.service_capabilities,
    ).toEqual([])
  })

  test('a product that is not CoAP cannot become it, and one that is may stay', async () => {
    const mqtt = await createdProduct(api.ours)
    const coap = await createdProduct(api.ours, { protocol_type: 'CoAP' })
    const before = await api.snapshot()

    expect((await api.ours.call('PUT', `/products/${mqtt}`, { protocol_type: 'CoAP' })).status).toBe(400)
    expect(await api.snapshot()).toBe(before)
    expect((await api.ours.call('PUT', `/products/${coap}`, { protocol_type: 'CoAP' })).status).toBe(200)
  })

  test('a broken model changes nothing and tells nobody', async () => {
    const id = await createdProduct(api.ours)
    const before = await api.snapshot()
    api.notices()

    const body = { name: 'new', service_capabilities: [aWireService(), aWireService()] }
    expect((await api.ours.call('PUT', `/products/${id}`, body)).status).toBe(400)
    expect(await api.snapshot()).toBe(before)
    expect(api.notices()).toEqual([])
  })

  test('an unknown product is 404', async () => {
    expect((await api.ours.call('PUT', '/products/unknown', { name: 'x' })).status).toBe(404)
  })
})

describe('delete', () => {
  test('a product without devices goes', async () => {
    const id = await createdProduct(api.ours)

    expect(await api.ours.call('DELETE', `/products/${id}`)).toEqual({ status: 204, body: undefined })
    expect((await api.ours.call('GET', `/products/${id}`)).status).toBe(404)
    expect((await api.ours.call('DELETE', `/products/${id}`)).status).toBe(404)
  })

  test('a product with devices stays', async () => {
    const id = await createdProduct(api.ours)
    await api.ours.call('POST', '/devices', { product_id: id, node_id: 'n' })

    const refused = await api.ours.call('DELETE', `/products/${id}`)

    expect(refused.status).toBe(400)
    expect(refused.body.error_msg).toContain('1 devices')
    expect((await api.ours.call('GET', `/products/${id}`)).status).toBe(200)
  })
})

test("threat 7: another project's product is not found under one's own path, and its path is forbidden", async () => {
  const id = await createdProduct(api.ours)
  const before = await api.snapshot()

  for (const [method, body] of [['GET'], ['PUT', { name: 'stolen' }], ['DELETE']] as const) {
    expect((await api.theirs.call(method, `/products/${id}`, body)).status).toBe(404)
    expect(await api.theirs.callAs(api.ours.projectId, method, `/products/${id}`, body)).toMatchObject({
      status: 403,
      body: { error_code: 'IOTDA.000021' },
    })
  }
  expect((await api.theirs.call('GET', '/products')).body.page.count).toBe(0)
  expect(
    (await api.theirs.call('POST', '/products', aWireProduct({ app_id: api.ours.defaultSpace }))).status,
  ).toBe(403)
  expect(await api.snapshot()).toBe(before)
})
