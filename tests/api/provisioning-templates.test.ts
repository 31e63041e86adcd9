import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from '../support/api.ts'
import { makeCa, openWorkbench, type Workbench } from '../support/openssl.ts'
import { unique } from '../support/wire.ts'

let api: TestApi
let bench: Workbench
beforeAll(() => (bench = openWorkbench()))
afterAll(() => bench.dispose())
beforeEach(async () => {
  api = await startTestApi()
  api.clock.advance(Date.now() - api.clock.now() + 3_600_000)
  return () => api.close()
})

const ref = (field: string) => ({ ref: `iotda::certificate::${field}` })
const template_body = {
  parameters: { 'iotda::certificate::common_name': { type: 'String' } },
  resources: { device: { node_id: ref('common_name'), product_id: 'meter' } },
}
const create = (over = {}) =>
  api.ours.call('POST', '/provisioning-templates', { template_name: unique('t'), template_body, ...over })

test('northbound §5.3: a template is made, shown, listed, changed and deleted', async () => {
  const made = await create({ template_name: '水表-1', description: 'of the line (2)' })
  expect(made).toMatchObject({
    status: 201,
    body: { template_name: '水表-1', description: 'of the line (2)', template_body },
  })
  expect(made.body.template_id).toMatch(/^[0-9a-f]{24}$/)
  const path = `/provisioning-templates/${made.body.template_id}`
  expect(await api.ours.call('GET', path)).toEqual({ status: 200, body: made.body })

  const { template_body: _body, ...summary } = made.body
  const listed = await api.ours.call('GET', '/provisioning-templates?template_name=%E6%B0%B4%E8%A1%A8-1')
  expect(listed.body).toEqual({ templates: [summary], page: { count: 1, marker: made.body.template_id } })
  expect((await api.ours.call('GET', '/provisioning-templates?template_name=other')).body.templates).toEqual(
    [],
  )

  api.clock.advance(5_000)
  const next = {
    ...template_body,
    resources: { device: { ...template_body.resources.device, product_id: ref('common_name') } },
  }
  const changed = await api.ours.call('PUT', path, { template_body: next })
  expect(changed.body).toMatchObject({ description: 'of the line (2)', template_body: next })
  expect(changed.body.update_time > changed.body.create_time).toBe(true)
  expect((await api.ours.call('PUT', path, { description: 'short' })).body).toMatchObject({
    description: 'short',
    template_body: next,
  })
  const emptied = await api.ours.call('PUT', path, { description: null })
  expect(emptied).toMatchObject({ status: 200, body: { template_body: next } })
  expect(emptied.body).not.toHaveProperty('description')

  expect(await api.ours.call('DELETE', path)).toEqual({ status: 204, body: undefined })
  expect((await api.ours.call('GET', path)).status).toBe(404)
  expect(api.audited().map(({ action }) => action)).toEqual([
    'provisioning-template.create',
    'provisioning-template.update',
    'provisioning-template.update',
    'provisioning-template.update',
    'provisioning-template.delete',
  ])
})

test('northbound §3.5: ten templates are all there can be', async () => {
  for (let number = 0; number < 10; number++) expect((await create()).status).toBe(201)
  const before = await api.snapshot()

  expect(await create()).toMatchObject({ status: 400, body: { error_code: 'IOTDA.000006' } })
  expect(await api.snapshot()).toBe(before)
})

describe('refused, with nothing written:', () => {
  test.for([
    ['no name', { template_name: undefined }, /template_name/],
    ['a name with a space', { template_name: 'a b' }, /Chinese characters/],
    ['a long name', { template_name: 'n'.repeat(129) }, /128/],
    ['no body', { template_body: undefined }, /template_body/],
    [
      'an unknown member',
      { template_body: { ...template_body, outputs: {} } },
      /template_body\.outputs: is not known/,
    ],
    [
      'a reference to what is not declared',
      { template_body: { ...template_body, parameters: {} } },
      /node_id\.ref: must be the name of a parameter/,
    ],
  ] as const)('%s', async ([, over, sentence]) => {
    const before = await api.snapshot()

    const refused = await create(over)

    expect(refused).toMatchObject({ status: 400, body: { error_code: 'IOTDA.000006' } })
    expect(refused.body.error_msg).toMatch(sentence)
    expect(await api.snapshot()).toBe(before)
  })
})

test('northbound §5.3: a template that is bound to a CA certificate cannot be deleted', async () => {
  const { body: template } = await create()
  const { pem } = makeCa(bench, { name: unique('ca'), key: 'p256' })
  const { body: ca } = await api.ours.call('POST', '/certificates', { content: pem })
  const settings = { provision_enable: true, template_id: template.template_id }
  expect(await api.ours.call('PUT', `/certificates/${ca.certificate_id}`, settings)).toMatchObject({
    status: 200,
    body: settings,
  })

  const path = `/provisioning-templates/${template.template_id}`
  expect(await api.ours.call('DELETE', path)).toMatchObject({
    status: 400,
    body: { error_msg: expect.stringContaining('1 CA') },
  })
  await api.ours.call('PUT', `/certificates/${ca.certificate_id}`, { template_id: null })
  expect((await api.ours.call('DELETE', path)).status).toBe(204)
})

test("threat 7: another project's template is not there", async () => {
  const { body } = await create()
  const path = `/provisioning-templates/${body.template_id}`
  const before = await api.snapshot()

  for (const [method, change] of [['GET'], ['PUT', { description: 'x' }], ['DELETE']] as const)
    expect((await api.theirs.call(method, path, change)).status).toBe(404)
  expect((await api.theirs.call('GET', '/provisioning-templates')).body.templates).toEqual([])
  expect(await api.snapshot()).toBe(before)
})
