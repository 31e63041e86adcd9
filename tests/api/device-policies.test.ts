import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refusalStatus } from '../../src/api/refusal-status.ts'
import { limits } from '../../src/base/limits.ts'
import { targetCodes } from '../../src/operations/device-policies/policy-targets.ts'
import { startTestApi, type Tenant, type TestApi } from '../support/api.ts'
import { createdProduct, unique } from '../support/wire.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())
beforeEach(() => {
  api.notices()
  api.audited()
})

const aStatement = (over: object = {}) => ({
  effect: 'ALLOW',
  actions: ['iotda:devices:publish', 'iotda:devices:subscribe'],
  resources: ['topic:/v1/${devices.deviceId}/test/hello'],
  ...over,
})
const create = (over: object = {}, tenant: Tenant = api.ours) =>
  tenant.call('POST', '/device-policies', {
    policy_name: unique('policy'),
    statement: [aStatement()],
    ...over,
  })
const made = async (over: object = {}, tenant: Tenant = api.ours): Promise<string> => {
  const { body } = await create(over, tenant)
  api.audited()
  return body.policy_id
}
const bind = (policy: string, target_type: string, target_ids: readonly string[], verb = 'bind') =>
  api.ours.call('POST', `/device-policies/${policy}/${verb}`, { target_type, target_ids })
const targetsOf = (policy: string, body: object = {}) =>
  api.ours.call('POST', `/device-policies/${policy}/list-targets`, body)
const aSpace = async (tenant: Tenant = api.ours): Promise<string> =>
  (await tenant.call('POST', '/apps', { app_name: unique('space') })).body.app_id
const aDevice = async (
  over: Readonly<Record<string, unknown>> = {},
  tenant: Tenant = api.ours,
): Promise<string> => {
  const product_id = await createdProduct(tenant, over)
  const { body } = await tenant.call('POST', '/devices', { product_id, node_id: unique('node'), ...over })
  api.notices()
  api.audited()
  return body.device_id
}
const changed = () => ({ kind: 'policies-changed', projectId: api.ours.projectId })

describe('create, show, list', () => {
  test('northbound §7.6: a policy is taken as it came, in the default space when none is named, and decides nothing yet', async () => {
    const policy_name = unique('policy')
    const { status, body } = await create({ policy_name })

    expect(status).toBe(201)
    expect(body).toEqual({
      app_id: api.ours.defaultSpace,
      policy_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      policy_name,
      statement: [aStatement()],
      create_time: '20261122T120000Z',
      update_time: '20261122T120000Z',
    })
    expect((await api.ours.call('GET', `/device-policies/${body.policy_id}`)).body).toEqual(body)
    expect(api.notices()).toEqual([])
    expect(api.audited()).toMatchObject([{ action: 'policy.create', target: body.policy_id }])
  })

  test('northbound §3.1: the list has no statements, is filtered by space and name, and paged', async () => {
    const app_id = await aSpace()
    const ids = [await made({ app_id, policy_name: 'Ab-1' }), await made({ app_id, policy_name: 'ab-2' })]

    const all = await api.ours.call('GET', `/device-policies?app_id=${app_id}`)
    expect(all.body.page.count).toBe(3)
    expect(all.body.policies[0]).not.toHaveProperty('statement')
    const found = await api.ours.call('GET', `/device-policies?app_id=${app_id}&policy_name=AB&limit=1`)
    expect(found.body).toMatchObject({ policies: [{ policy_id: ids[1] }], page: { count: 2 } })
    const next = await api.ours.call(
      'GET',
      `/device-policies?app_id=${app_id}&policy_name=ab&marker=${found.body.page.marker}`,
    )
    expect(next.body.policies).toMatchObject([{ policy_id: ids[0] }])
  })

  test('device protocol §3.11: a space starts with system_default_policy, bound to it; both go with the space', async () => {
    const app_id = await aSpace()

    const { body } = await api.ours.call('GET', `/device-policies?app_id=${app_id}`)
    expect(body.policies).toMatchObject([{ policy_name: 'system_default_policy' }])
    const { policy_id } = body.policies[0]
    expect((await api.ours.call('GET', `/device-policies/${policy_id}`)).body.statement).toEqual([
      aStatement({ resources: ['topic:*'] }),
    ])
    expect((await targetsOf(policy_id)).body.targets).toEqual([{ target_type: 'app', target_id: app_id }])

    expect((await api.ours.call('DELETE', `/apps/${app_id}`)).status).toBe(204)
    expect((await api.ours.call('GET', `/device-policies/${policy_id}`)).status).toBe(404)
  })

  const many = (length: number, over: object = {}) => Array.from({ length }, () => aStatement(over))
  test.for([
    ['a name of other characters', { policy_name: 'a b' }, 'policy_name'],
    ['no name', { policy_name: null }, 'policy_name'],
    ['no statement', { statement: [] }, 'statement'],
    ['11 statements', { statement: many(11) }, 'statement'],
    [
      '11 resources',
      { statement: [aStatement({ resources: Array(11).fill('topic:a') })] },
      'statement[0].resources',
    ],
    ['no resource', { statement: [aStatement({ resources: [] })] }, 'statement[0].resources'],
    ['no action', { statement: [aStatement({ actions: [] })] }, 'statement[0].actions'],
    ['an unknown action', { statement: [aStatement({ actions: ['publish'] })] }, 'statement[0].actions[0]'],
    ['an unknown effect', { statement: [aStatement({ effect: 'Allow' })] }, 'statement[0].effect'],
    [
      'more than 10 KB',
      { statement: many(10, { resources: [`topic:${'a'.repeat(1000)}`] }) },
      'statement: must be at most 10240 bytes',
    ],
  ] as const)('device protocol §3.11: %s is refused, by field and rule', async ([, over, said]) => {
    const before = await api.snapshot()
    const { status, body } = await create(over)

    expect([status, body.error_code]).toEqual([400, 'IOTDA.000006'])
    expect(body.error_msg).toContain(said)
    expect(await api.snapshot()).toBe(before)
  })

  test.for(['a/b', 'topic:', 'topic:a b', 'topic:${devices.other}', 'topic:${devices.deviceId', 'queue:a'])(
    'S3: a DENY of %s, which means no topic, is refused and does not fail open',
    async (resource) => {
      const { status, body } = await create({
        statement: [aStatement(), aStatement({ effect: 'DENY', resources: ['topic:a', resource] })],
      })

      expect([status, body.error_code]).toEqual([400, 'IOTDA.000006'])
      expect(body.error_msg).toMatch(/^statement\[1\]\.resources\[1\]: must be topic: and a pattern/)
    },
  )

  test('northbound §3.4: a name is taken once in a space', async () => {
    const app_id = await aSpace()
    await create({ policy_name: 'taken', app_id })

    expect(await create({ policy_name: 'taken', app_id })).toMatchObject({
      status: 400,
      body: { error_msg: 'There is already a policy named taken in this resource space.' },
    })
    expect((await create({ policy_name: 'taken', app_id: await aSpace() })).status).toBe(201)
    expect((await create({ app_id: 'nobodys' })).body.error_code).toBe('IOTDA.001000')
    expect((await create({ app_id: api.theirs.defaultSpace })).body.error_code).toBe('IOTDA.001000')
  })
})

test('device protocol §3.11: 50 policies a project, beside those that spaces start with, and not by renaming either', async () => {
  const full = await startTestApi()
  try {
    const call = (policy_name: string) =>
      full.ours.call('POST', '/device-policies', { policy_name, statement: [aStatement()] })
    for (let n = 0; n < limits.policiesMax; n++) expect((await call(`p${n}`)).status).toBe(201)

    const { status, body } = await call('one-more')
    expect([status, body.error_msg]).toEqual([400, expect.stringContaining('At most 50 policies')])
    expect((await full.ours.call('POST', '/apps', { app_name: 'another' })).status).toBe(201)
    const default_ = await call('system_default_policy')
    expect(default_.status).toBe(201)
    const renamed = await full.ours.call('PUT', `/device-policies/${default_.body.policy_id}`, {
      policy_name: 'p50',
    })
    expect(renamed.status).toBe(400)
    expect((await full.theirs.call('GET', '/device-policies')).body.page.count).toBe(0)
  } finally {
    await full.close()
  }
})

describe('update, delete', () => {
  test('northbound §7.6: what is absent stays; whoever is connected is told to look again', async () => {
    const id = await made()
    api.clock.advance(1000)
    const statement = [aStatement({ effect: 'DENY', resources: ['topic:*'] })]
    const { status, body } = await api.ours.call('PUT', `/device-policies/${id}`, { statement })

    expect(status).toBe(200)
    expect(body).toMatchObject({ statement, update_time: '20261122T120001Z' })
    expect(body.create_time).not.toBe(body.update_time)
    expect(api.notices()).toEqual([changed()])
    const renamed = await api.ours.call('PUT', `/device-policies/${id}`, { policy_name: 'renamed' })
    expect(renamed.body).toMatchObject({ policy_name: 'renamed', statement })
  })

  test('a name of another policy of the space, and a statement that cannot be read, change nothing', async () => {
    const [name, id] = [unique('taken'), await made()]
    await create({ policy_name: name })
    const before = await api.snapshot()

    for (const body of [{ policy_name: name }, { statement: [aStatement({ resources: ['topic:${x}'] })] }])
      expect((await api.ours.call('PUT', `/device-policies/${id}`, body)).status).toBe(400)

    expect(await api.snapshot()).toBe(before)
    expect(api.notices()).toEqual([])
  })

  test('northbound §7.6, §2.4: deleting unbinds, and a second time there is nothing', async () => {
    const id = await made()
    await bind(id, 'app', [api.ours.defaultSpace])
    api.notices()

    expect((await api.ours.call('DELETE', `/device-policies/${id}`)).status).toBe(204)

    expect(api.notices()).toEqual([changed()])
    expect(
      JSON.parse(await api.snapshot())
        .flat()
        .filter((row: object) => 'policy_key' in row && row.policy_key === id),
    ).toEqual([])
    expect(await api.ours.call('DELETE', `/device-policies/${id}`)).toMatchObject({
      status: 404,
      body: { error_code: 'IOTDA.014601' },
    })
  })
})

describe('bind, unbind, list targets', () => {
  test('northbound §7.6: each target is judged by itself; what is bound stays bound', async () => {
    const [id, device] = [await made(), await aDevice()]
    const { status, body } = await bind(id, 'device', [device, 'nobody', device])

    expect(status).toBe(200)
    expect(body).toEqual({
      policy_id: id,
      target_type: 'device',
      success_targets: [device],
      failure_targets: [
        { target_id: 'nobody', error_code: 'IOTDA.014000', error_msg: 'There is no device nobody.' },
      ],
    })
    expect(api.notices()).toEqual([changed()])
    expect(api.audited()).toMatchObject([
      { action: 'policy.bind', target: id, detail: { target_type: 'device', targets: [device] } },
    ])
    expect((await bind(id, 'device', [device])).body.success_targets).toEqual([device])
    expect((await targetsOf(id)).body).toMatchObject({
      targets: [{ target_type: 'device', target_id: device }],
      page: { count: 1 },
    })
  })

  test('northbound §3.1: targets by type, newest first, paged by the body; a product goes by its id', async () => {
    const [id, device, product] = [await made(), await aDevice(), await createdProduct(api.ours)]
    await bind(id, 'device', [device])
    await bind(id, 'product', [product])
    await bind(id, 'app', [api.ours.defaultSpace])

    const first = await targetsOf(id, { limit: 1 })
    expect(first.body.targets).toEqual([{ target_type: 'app', target_id: api.ours.defaultSpace }])
    expect((await targetsOf(id, { marker: first.body.page.marker })).body.targets).toEqual([
      { target_type: 'product', target_id: product },
      { target_type: 'device', target_id: device },
    ])
    expect((await targetsOf(id, { target_type: 'device', offset: 0 })).body).toMatchObject({
      targets: [{ target_id: device }],
      page: { count: 1 },
    })
    expect((await targetsOf(id, { limit: 51 })).body.error_code).toBe('IOTDA.000017')
  })

  test('device protocol §3.11: at most 5 policies a target; unbinding one makes room', async () => {
    const device = await aDevice()
    const ids = [await made(), await made(), await made(), await made(), await made(), await made()]
    for (const id of ids.slice(0, 5)) await bind(id, 'device', [device])
    const sixth = ids[5] ?? ''

    expect((await bind(sixth, 'device', [device])).body.failure_targets).toEqual([
      {
        target_id: device,
        error_code: 'IOTDA.000006',
        error_msg: `5 policies are bound to ${device}, which is as many as can be. Unbind one.`,
      },
    ])
    expect((await bind(ids[4] ?? '', 'device', [device])).body.success_targets, 'it is one of them').toEqual([
      device,
    ])
    expect((await bind(ids[0] ?? '', 'device', [device], 'unbind')).body.success_targets).toEqual([device])
    expect((await bind(sixth, 'device', [device])).body.success_targets).toEqual([device])
  })

  test('northbound §7.6: what is not bound cannot be unbound, and nobody is told', async () => {
    const [id, device] = [await made(), await aDevice()]

    expect((await bind(id, 'device', [device], 'unbind')).body).toMatchObject({
      success_targets: [],
      failure_targets: [{ target_id: device, error_code: 'IOTDA.000006' }],
    })
    expect(api.notices()).toEqual([])
    expect(api.audited()).toEqual([])
  })

  test('a target lies in the space of its policy', async () => {
    const app_id = await aSpace()
    const [id, device, product] = [await made({ app_id }), await aDevice(), await createdProduct(api.ours)]

    for (const [type, target] of [
      ['device', device],
      ['product', product],
      ['app', api.ours.defaultSpace],
    ] as const)
      expect((await bind(id, type, [target])).body.failure_targets).toMatchObject([
        { target_id: target, error_msg: expect.stringContaining('not in the resource space of the policy') },
      ])
    expect((await bind(id, 'app', [app_id])).body.success_targets).toEqual([app_id])
  })

  test('threat 7: devices, products and spaces of another project are not there', async () => {
    const id = await made()
    for (const [type, target, error_code] of [
      ['device', await aDevice({}, api.theirs), 'IOTDA.014000'],
      ['product', await createdProduct(api.theirs, { product_id: 'theirs-alone' }), 'IOTDA.014501'],
      ['app', api.theirs.defaultSpace, 'IOTDA.001000'],
    ] as const)
      expect((await bind(id, type, [target])).body).toMatchObject({
        success_targets: [],
        failure_targets: [{ target_id: target, error_code }],
      })
  })

  test('threat 7: a policy of another project is not there, for any operation', async () => {
    const theirs = await made({}, api.theirs)
    const before = await api.snapshot()
    const path = `/device-policies/${theirs}`
    const answers = [
      await api.ours.call('GET', path),
      await api.ours.call('PUT', path, { policy_name: 'mine' }),
      await api.ours.call('DELETE', path),
      await bind(theirs, 'app', [api.ours.defaultSpace]),
      await bind(theirs, 'app', [api.ours.defaultSpace], 'unbind'),
      await targetsOf(theirs),
    ]

    for (const { status, body } of answers) expect([status, body.error_code]).toEqual([404, 'IOTDA.014601'])
    expect(await api.snapshot()).toBe(before)
  })

  test('bindings go with their device and their product', async () => {
    const [id, device, product] = [await made(), await aDevice(), await createdProduct(api.ours)]
    await bind(id, 'device', [device])
    await bind(id, 'product', [product])

    await api.ours.call('DELETE', `/devices/${device}`)
    await api.ours.call('DELETE', `/products/${product}`)

    expect((await targetsOf(id)).body).toMatchObject({ targets: [], page: { count: 0 } })
  })

  test.for([
    { target_type: 'group', target_ids: ['a'] },
    { target_type: 'device', target_ids: [] },
    { target_type: 'device' },
    { target_type: 'device', target_ids: Array(501).fill('a') },
  ])('is refused whole: %#', async (body) => {
    const id = await made()
    for (const verb of ['bind', 'unbind'])
      expect((await api.ours.call('POST', `/device-policies/${id}/${verb}`, body)).status).toBe(400)
  })
})

test('a target that fails has the code that the whole call would have', () => {
  for (const [name, code] of Object.entries(targetCodes))
    expect(refusalStatus[name as keyof typeof targetCodes].code).toBe(code)
})
