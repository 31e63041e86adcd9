import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectOnce, publish } from '../support/device-client.ts'
import { connectGateway, type GatewayClient } from '../support/gateway-client.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { registerDevice, type RegisteredDevice, registerProduct } from '../support/registered-device.ts'

/*
 * Gateways and their children over real sockets, as the Java, Python and C SDKs do it (device protocol §3.4, §3.8.3, §8).
 */

let quayside: Quayside
let product: string
let gateways = 0

beforeAll(async () => {
  quayside = await startQuayside()
  product = await registerProduct(quayside)
})
afterAll(() => quayside.dispose())

const aGateway = () => registerDevice(quayside, product, `gateway${++gateways}`)

async function api(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await quayside.api(method, path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

async function addChild(gatewayId: string, nodeId: string, more: Body = {}): Promise<string> {
  const body = { product_id: product, node_id: nodeId, gateway_id: gatewayId, ...more }
  return (await api('POST', '/v5/iot/{project}/devices', body)).device_id
}

/** As many of them, which the gateway was not told of: that it was not connected is known when this resolves. */
async function addChildren(gatewayId: string, count: number, prefix: string): Promise<string[]> {
  const children: string[] = []
  for (let i = 1; i <= count; i++)
    children.push(await addChild(gatewayId, `${prefix}${i}`, { device_name: `${prefix} ${i}` }))
  // One look may be under way, and one more follow it; answers of the store thread come in their order.
  await show(gatewayId)
  await show(gatewayId)
  return children
}

const show = (deviceId: string) => api('GET', `/v5/iot/{project}/devices/${deviceId}`)

async function entries(deviceId: string, kinds: string): Promise<Body[]> {
  const path = `/quayside/v1/{project}/devices/${deviceId}/entries?kinds=${kinds}`
  return (await api('GET', path)).entries
}

/** Looks again until it holds: what was published is acted on behind its PUBACK. */
async function eventually<T>(look: () => Promise<T>, isMet: (seen: T) => boolean): Promise<T> {
  for (;;) {
    const seen = await look()
    if (isMet(seen)) return seen
    await new Promise(setImmediate)
  }
}

const load = (n: number, twice = 2 * n) => [{ service_id: 'Load', properties: { n, twice } }]
const report = (devices: readonly Body[]) => JSON.stringify({ devices })
const versionOf = (event: Body): number => event.paras.version
const idsOf = (event: Body): string[] => event.paras.devices.map(({ device_id }: Body) => device_id)

for (const protocolVersion of [3, 4, 5] as const)
  test(`device protocol §3.4, MQTT level ${protocolVersion}: a batch report is a report of each child`, async () => {
    const gateway = await aGateway()
    const [near, far] = [
      await addChild(gateway.deviceId, `near${protocolVersion}`),
      await addChild(gateway.deviceId, `mid${protocolVersion}`).then((mid) =>
        addChild(mid, `far${protocolVersion}`),
      ),
    ]
    const { client, topic, end } = await connectGateway(quayside, gateway, { protocolVersion })

    await publish(
      client,
      topic('gateway/sub_devices/properties/report'),
      report([
        { device_id: near, services: load(1) },
        { device_id: far, services: load(2) },
        { device_id: gateway.deviceId, services: load(3) },
      ]),
    )
    await publish(
      client,
      topic('gateway/sub_devices/properties/report?encoding=gzip'),
      gzipSync(report([{ device_id: near, services: load(4) }])),
    )

    for (const [deviceId, n] of [
      [near, 4],
      [far, 2],
      [gateway.deviceId, 3],
    ] as const) {
      const { shadow } = await api('GET', `/v5/iot/{project}/devices/${deviceId}/shadow`)
      expect(shadow).toMatchObject([{ service_id: 'Load', reported: { properties: { n, twice: 2 * n } } }])
    }
    const path = `/quayside/v1/{project}/devices/${near}/history?service_id=Load`
    expect((await api('GET', path)).points.map(({ values }: Body) => values.n)).toEqual([4, 1])
    expect(await entries(near, 'report')).toMatchObject([
      { body: { topic: topic('gateway/sub_devices/properties/report?encoding=gzip') } },
      { body: { payload: JSON.stringify({ services: load(1) }), verdict: { outcome: 'accepted' } } },
    ])
    expect((await show(near)).status, '§3.4: a report does not change the status').toBe('INACTIVE')
    await end()
  })

test('S5: of a batch the parts of strangers are skipped, and only the gateway’s trace names them', async () => {
  const [gateway, other] = [await aGateway(), await aGateway()]
  const own = await addChild(gateway.deviceId, 'own')
  const foreign = await addChild(other.deviceId, 'foreign')
  const { client, topic, end } = await connectGateway(quayside, gateway, { protocolVersion: 5 })

  await publish(
    client,
    topic('gateway/sub_devices/properties/report'),
    report([foreign, 'nobody', own].map((device_id) => ({ device_id, services: load(1) }))),
  )
  const refused = publish(
    client,
    topic('gateway/sub_devices/properties/report'),
    report([{ device_id: foreign, services: load(1) }]),
  )

  await expect(refused).rejects.toMatchObject({ code: 0x99 })
  expect(await entries(own, 'report')).toHaveLength(1)
  expect(await entries(foreign, 'report,notice')).toEqual([])
  expect(await entries(gateway.deviceId, 'notice')).toMatchObject([
    {},
    {
      body: {
        code: 'children-skipped',
        sentence: `2 of 3 entries of the batch report name no child of this gateway and were skipped: ${foreign}, nobody.`,
      },
    },
  ])
  await end()
})

test('device protocol §8 point 8: a Java gateway that asks without the dollar sign gets 25 children in 3 notices', async () => {
  const gateway = await aGateway()
  const children = await addChildren(gateway.deviceId, 25, 'j')
  const ask = async (java: GatewayClient, paras: Body) =>
    java.send('sub_device_manager', 'sub_device_sync_request', paras, {
      object_device_id: gateway.deviceId,
      event_id: null,
    })

  const java = await connectGateway(quayside, gateway, { protocolVersion: 3 })
  await ask(java, { version: null })
  const notices = [await java.next(), await java.next(), await java.next()]

  expect(notices.map(({ event_type }) => event_type)).toEqual(Array(3).fill('add_sub_device_notify'))
  expect(notices.map((notice) => idsOf(notice).length)).toEqual([10, 10, 5])
  expect(notices.flatMap(idsOf)).toEqual(children)
  expect(notices.map(versionOf)).toEqual([10, 20, 25])
  expect(notices[0]).toMatchObject({ service_id: '$sub_device_manager' })
  expect(notices[0]).not.toHaveProperty('object_device_id')
  expect(notices[0].paras.devices[0]).toEqual({
    device_id: children[0],
    parent_device_id: gateway.deviceId,
    node_id: 'j1',
    product_id: product,
    name: 'j 1',
    status: 'INACTIVE',
  })

  // One that left after the first notice gets the rest, and one that has them all gets nothing.
  await ask(java, { version: 10 })
  expect(idsOf(await java.next())).toEqual(children.slice(10, 20))
  expect(versionOf(await java.next())).toBe(25)
  await ask(java, { version: 25 })
  await java.send('sub_device_manager', 'sub_device_update_status', { device_statuses: [] })
  expect(await java.next()).toMatchObject({ event_type: 'sub_device_update_status_response' })
  await java.end()
})

for (const protocolVersion of [4, 5] as const)
  test(`device protocol §1.5, §8 point 8, MQTT level ${protocolVersion}: a C gateway that subscribed at QoS 1 gets each notice once, at QoS 1`, async () => {
    const gateway = await aGateway()
    await addChildren(gateway.deviceId, 25, `c${protocolVersion}-`)
    const c = await connectGateway(quayside, gateway, { protocolVersion })
    const qualities: number[] = []
    c.client.on('message', (_topic, _payload, { qos }) => qualities.push(qos))
    await c.client.subscribeAsync(c.topic('events/down'), { qos: 1 })

    await c.send('$sub_device_manager', 'sub_device_sync_request', {})
    const notices = [await c.next(), await c.next(), await c.next()]
    await c.send('$sub_device_manager', 'sub_device_update_status', { device_statuses: [] })
    await c.next()

    expect(notices.map(versionOf)).toEqual([10, 20, 25])
    expect(qualities).toEqual([1, 1, 1, 1])
    await c.end()
  })

for (const protocolVersion of [4, 5] as const)
  test(`device protocol §8 point 9, MQTT level ${protocolVersion}: a Python gateway adds, deletes and reports statuses`, async () => {
    const gateway = await aGateway()
    const python = await connectGateway(quayside, gateway, { protocolVersion })
    const node = `p${protocolVersion}`

    await python.send(
      '$sub_device_manager',
      'add_sub_device_request',
      {
        devices: [
          {
            ...{ node_id: node, product_id: product, name: 'meter', extension_info: { slot: 3 } },
            ...{ fw_version: '1.4', sw_version: '2.0.1', description: null },
          },
          { node_id: node, product_id: 'none' },
          { node_id: 'x', product_id: product, fw_version: 7 },
        ],
      },
      { event_id: 'e-1' },
    )
    const added = await python.next()
    const childId = `${product}_${node}`
    const child = {
      device_id: childId,
      parent_device_id: gateway.deviceId,
      node_id: node,
      product_id: product,
      name: 'meter',
      fw_version: '1.4',
      sw_version: '2.0.1',
      status: 'INACTIVE',
      extension_info: { slot: 3 },
    }
    expect(added).toMatchObject({ event_type: 'add_sub_device_response', event_id: 'e-1' })
    expect(added.paras).toEqual({
      successful_devices: [child],
      failed_devices: [
        {
          node_id: node,
          product_id: 'none',
          error_code: 'IOTDA.000006',
          error_msg: 'There is no product none.',
        },
        {
          ...{ node_id: 'x', product_id: product, error_code: 'IOTDA.000006' },
          error_msg: expect.stringContaining('fw_version'),
        },
      ],
    })
    expect(await show(childId)).toMatchObject({ fw_version: '1.4', sw_version: '2.0.1' })
    expect(await python.next(), 'the notice comes behind the response').toMatchObject({
      event_type: 'add_sub_device_notify',
      paras: { devices: [child], version: 1 },
    })

    await python.send(
      '$sub_device_manager',
      'sub_device_update_status',
      {
        device_statuses: [
          { device_id: childId, status: 'ONLINE' },
          { device_id: 'ghost', status: 'ONLINE' },
          { device_id: childId, status: 'FROZEN' },
        ],
      },
      { event_id: 'e-2' },
    )
    expect(await python.next()).toMatchObject({
      event_type: 'sub_device_update_status_response',
      event_id: 'e-2',
      paras: {
        successful_devices: [{ device_id: childId, status: 'ONLINE' }],
        failed_devices: [
          { device_id: 'ghost', error_code: 'IOTDA.014000', error_msg: 'The device does not exist.' },
          { device_id: childId, error_code: 'IOTDA.000006' },
        ],
      },
    })
    expect((await show(childId)).status).toBe('ONLINE')
    expect(await entries(childId, 'status')).toMatchObject([
      { body: { status: 'ONLINE', connection: `gateway/${gateway.deviceId}`, cause: 'gateway-said' } },
    ])

    // Again, as a gateway that restarted does: the same answer, no second device, no notice.
    await python.send('$sub_device_manager', 'add_sub_device_request', {
      devices: [{ node_id: node, product_id: product }],
    })
    const again = await python.next()
    expect(again.paras).toEqual({ successful_devices: [{ ...child, status: 'ONLINE' }], failed_devices: [] })
    expect(again.event_id).toMatch(/^[0-9a-f-]{36}$/)

    await python.send(
      '$sub_device_manager',
      'delete_sub_device_request',
      { devices: [childId, 'ghost', gateway.deviceId] },
      { event_id: 'e-3' },
    )
    expect(await python.next()).toMatchObject({
      event_type: 'delete_sub_device_response',
      event_id: 'e-3',
      paras: {
        successful_devices: [childId],
        failed_devices: [{ device_id: 'ghost' }, { device_id: gateway.deviceId, error_code: 'IOTDA.014000' }],
      },
    })
    expect(await python.next()).toMatchObject({
      event_type: 'delete_sub_device_notify',
      paras: {
        devices: [{ parent_device_id: gateway.deviceId, node_id: node, device_id: childId }],
        version: 2,
      },
    })
    expect((await quayside.api('GET', `/v5/iot/{project}/devices/${childId}`)).status).toBe(404)
    expect(await entries(gateway.deviceId, 'audit')).toMatchObject([
      { body: { action: 'device.delete', actor: gateway.deviceId, detail: { devices: [childId] } } },
      { body: { action: 'device.create', actor: gateway.deviceId, detail: { devices: [childId] } } },
    ])
    await python.end()
  })

test('northbound §4.3: what the application adds, moves and deletes is told to the gateways at once', async () => {
  const [one, two] = [await aGateway(), await aGateway()]
  const [first, second] = [await connectGateway(quayside, one), await connectGateway(quayside, two)]

  const child = await addChild(one.deviceId, 'moving', { extension_info: { slot: 1 } })
  expect(await first.next()).toMatchObject({
    event_type: 'add_sub_device_notify',
    paras: { devices: [{ device_id: child, extension_info: { slot: 1 } }], version: 1 },
  })
  const grandchild = await addChild(child, 'below')
  expect(await first.next()).toMatchObject({
    paras: { devices: [{ device_id: grandchild, parent_device_id: child }], version: 2 },
  })

  await api('POST', `/v5/iot/{project}/devices/${grandchild}/change-gateway`, { gateway_id: two.deviceId })
  expect(await first.next()).toMatchObject({
    event_type: 'delete_sub_device_notify',
    paras: { devices: [{ device_id: grandchild, parent_device_id: child, node_id: 'below' }], version: 3 },
  })
  expect(await second.next()).toMatchObject({
    event_type: 'add_sub_device_notify',
    paras: { devices: [{ device_id: grandchild, parent_device_id: two.deviceId }], version: 1 },
  })
  await publish(
    second.client,
    second.topic('gateway/sub_devices/properties/report'),
    report([{ device_id: grandchild, services: load(7) }]),
  )
  expect(await entries(grandchild, 'report')).toHaveLength(1)

  await api('DELETE', `/v5/iot/{project}/devices/${grandchild}`)
  expect(await second.next()).toMatchObject({ event_type: 'delete_sub_device_notify', paras: { version: 2 } })
  expect([...first.untaken(), ...second.untaken()]).toEqual([])
  await Promise.all([first.end(), second.end()])
})

test('northbound §4.3: what waited for a child goes by its new gateway at once', async () => {
  const [away, there] = [await aGateway(), await aGateway()]
  const child = await addChild(away.deviceId, 'waiting')
  await api('POST', `/v5/iot/{project}/devices/${child}/messages`, { message: 'kept' })
  const ofChild = `/quayside/v1/{project}/devices/${child}`
  await api('PUT', `${ofChild}/log-switch`, { switch: 'on' })
  await api('POST', `${ofChild}/config-tasks`, { config_content: { mode: 'eco' } })
  const { client, topic, next, untaken, end } = await connectGateway(quayside, there)
  const message = new Promise<Body>((resolve) =>
    client.on('message', (name, payload) => {
      if (name === topic('messages/down')) resolve(JSON.parse(payload.toString()))
    }),
  )

  await api('POST', `/v5/iot/{project}/devices/${child}/change-gateway`, { gateway_id: there.deviceId })

  expect(await next()).toMatchObject({ event_type: 'add_sub_device_notify' })
  expect(await message).toMatchObject({ object_device_id: child, content: 'kept' })
  expect(await next()).toMatchObject({ object_device_id: child, event_type: 'log_config' })
  expect(await next()).toMatchObject({
    ...{ object_device_id: child, event_type: 'config_update' },
    paras: { config_content: { mode: 'eco' } },
  })

  const another = await addChild(away.deviceId, 'waiting-too')
  await api('PUT', `/quayside/v1/{project}/devices/${another}/log-switch`, { switch: 'on' })
  await api('POST', `/v5/iot/{project}/devices/${another}/change-gateway`, { gateway_id: there.deviceId })

  expect(await next(), 'nothing comes twice').toMatchObject({ event_type: 'add_sub_device_notify' })
  expect(await next()).toMatchObject({ object_device_id: another, event_type: 'log_config' })
  expect(untaken()).toEqual([])
  await end()
})

test('device protocol §3.8.3: children on two levels are added below their parents; no other parent is taken', async () => {
  const [gateway, other] = [await aGateway(), await aGateway()]
  const foreign = await addChild(other.deviceId, 'foreign-parent')
  const client = await connectGateway(quayside, gateway)
  const add = (nodeId: string, parent_device_id: string | null) =>
    client.send('$sub_device_manager', 'add_sub_device_request', {
      devices: [{ node_id: nodeId, product_id: product, parent_device_id, device_id: null, name: null }],
    })
  const failed = async () => (await client.next()).paras.failed_devices

  await add('level1', null)
  const child = (await client.next()).paras.successful_devices[0].device_id
  await client.next()
  await add('level2', child)
  expect((await client.next()).paras.successful_devices).toMatchObject([{ parent_device_id: child }])
  await client.next()

  await add('level3', `${product}_level2`)
  expect(await failed()).toMatchObject([{ node_id: 'level3', error_code: 'IOTDA.000006' }])
  for (const parent of [foreign, 'nobody', other.deviceId]) {
    await add('astray', parent)
    expect(await failed()).toMatchObject([{ node_id: 'astray', error_code: 'IOTDA.014000' }])
  }
  await add('foreign-parent', null)
  expect(await failed(), 'a node that is behind another gateway').toMatchObject([
    { node_id: 'foreign-parent', error_code: 'IOTDA.014031' },
  ])
  await client.send('$sub_device_manager', 'delete_sub_device_request', { devices: [child, foreign] })
  expect(await failed(), 'it has a child').toMatchObject([
    { device_id: child, error_code: 'IOTDA.000006' },
    { device_id: foreign, error_code: 'IOTDA.014000' },
  ])
  expect(client.untaken()).toEqual([])
  await client.end()
})

for (const version of [-1, 1.5, '12', 2 ** 40, {}] as const)
  test(`device protocol §3.8.3: a gateway that asks with the version ${JSON.stringify(version)} gets the whole list`, async () => {
    const gateway = await aGateway()
    const [child] = await addChildren(gateway.deviceId, 1, `odd${gateways}-`)
    const client = await connectGateway(quayside, gateway)

    await client.send('$sub_device_manager', 'sub_device_sync_request', { version })

    expect(idsOf(await client.next())).toEqual([child])
    const notices = await eventually(
      () => entries(gateway.deviceId, 'notice'),
      (seen) => seen.length > 0 || version === -1,
    )
    expect(notices.map(({ body }) => body.code)).toEqual(version === -1 ? [] : ['payload-invalid'])
    await client.end()
  })

test('device protocol §3.8.3: what was missed offline comes before the next change, also when the gateway never asks', async () => {
  const gateway = await aGateway()
  const first = await connectGateway(quayside, gateway)
  const told = await addChild(gateway.deviceId, 'told')
  expect(idsOf(await first.next())).toEqual([told])
  await first.end()
  await eventually(
    () => show(gateway.deviceId),
    ({ status }) => status === 'OFFLINE',
  )
  const [missed] = await addChildren(gateway.deviceId, 1, 'missed')

  const second = await connectGateway(quayside, gateway)
  const next = await addChild(gateway.deviceId, 'next')

  expect(await second.next()).toMatchObject({
    paras: { devices: [{ device_id: missed }, { device_id: next }], version: 3 },
  })
  await second.end()
})

test('device protocol §3.8.3: a gateway with versions of another platform gets the whole list above them', async () => {
  const gateway = await aGateway()
  const [a, b] = await addChildren(gateway.deviceId, 2, 'restored-')
  const python = await connectGateway(quayside, gateway)

  await python.send('$sub_device_manager', 'sub_device_sync_request', { version: 500 })

  expect(await python.next()).toMatchObject({
    event_type: 'add_sub_device_notify',
    paras: { devices: [{ device_id: a }, { device_id: b }], version: 502 },
  })
  const c = await addChild(gateway.deviceId, 'restored-c')
  expect(await python.next()).toMatchObject({ paras: { devices: [{ device_id: c }], version: 503 } })
  await python.end()
})

test('device protocol §2.10: children keep their status when the gateway drops, or follow it by the switch', async () => {
  const gateway = await aGateway()
  const child = await addChild(gateway.deviceId, 'follower')
  const online = async () => {
    const client = await connectGateway(quayside, gateway)
    await client.send('$sub_device_manager', 'sub_device_update_status', {
      device_statuses: [{ device_id: child, status: 'ONLINE' }],
    })
    await client.next()
    expect((await show(child)).status).toBe('ONLINE')
    return client
  }
  const isOffline = ({ status }: Body) => status === 'OFFLINE'

  await (await online()).end()
  await eventually(() => show(gateway.deviceId), isOffline)
  expect((await show(child)).status).toBe('ONLINE')

  await api('PUT', '/quayside/v1/{project}/gateway-settings', { children_follow: true })
  expect((await show(child)).status, 'its gateway is down already').toBe('OFFLINE')
  await (await online()).end()
  await eventually(() => show(child), isOffline)
  expect(await entries(child, 'status')).toMatchObject([
    { body: { status: 'OFFLINE', cause: 'gateway-offline' } },
    {},
    {},
    {},
  ])
  await api('PUT', '/quayside/v1/{project}/gateway-settings', { children_follow: false })
})

test('R5: statuses of children outlive a restart of the platform', async () => {
  const gateway = await aGateway()
  const child = await addChild(gateway.deviceId, 'durable')
  const client = await connectGateway(quayside, gateway)
  await client.send('$sub_device_manager', 'sub_device_update_status', {
    device_statuses: [{ device_id: child, status: 'ONLINE' }],
  })
  await client.next()

  await quayside.kill()
  quayside = await quayside.restart()

  expect((await show(gateway.deviceId)).status).toBe('OFFLINE')
  expect((await show(child)).status).toBe('ONLINE')
  await client.end()
})

for (const protocolVersion of [4, 5] as const)
  test(`device protocol §2.8, MQTT level ${protocolVersion}: a child may not connect itself, and the verdict says what to do`, async () => {
    const gateway = await aGateway()
    const childId = await addChild(gateway.deviceId, `alone${protocolVersion}`)
    const { clientId, password } = gateway.credentials()
    const child: RegisteredDevice = { ...gateway, deviceId: childId }

    const { code } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, {
      protocolVersion,
      clientId: `${child.deviceId}${clientId?.slice(gateway.deviceId.length)}`,
      username: child.deviceId,
      password: password ?? '',
    })

    expect(code).toBe(protocolVersion === 5 ? 0x86 : 4)
    const { connections } = await eventually(
      () => api('GET', `/quayside/v1/{project}/connections?device_id=${childId}`),
      (seen) => seen.connections.length > 0,
    )
    expect(connections[0]).toMatchObject({ outcome: 'refused', code: 'device-is-child' })
    expect(connections[0].remedy).toContain('gateway')
  })

test('device protocol §3.0.3, §3.14: messages and events that name a child are the child’s', async () => {
  const [gateway, other] = [await aGateway(), await aGateway()]
  const [child, foreign] = [
    await addChild(gateway.deviceId, 'named'),
    await addChild(other.deviceId, 'stranger'),
  ]
  const { client, topic, send, end } = await connectGateway(quayside, gateway)

  const message = (object_device_id: string | null) => JSON.stringify({ object_device_id, content: 'x' })
  await publish(client, topic('messages/up'), message(child))
  await publish(client, topic('sub_device_manage/messages/up'), message(child))
  await send('Alarms', 'smoke', {}, { object_device_id: child })
  await publish(client, topic('messages/up'), message(null))
  await publish(client, topic('messages/up'), message(foreign))

  const kinds = 'message-up,event-up,notice'
  expect((await entries(child, kinds)).map(({ kind }) => kind)).toEqual([
    'event-up',
    'message-up',
    'message-up',
  ])
  expect(await entries(foreign, kinds)).toEqual([])
  expect(await entries(gateway.deviceId, kinds)).toMatchObject([
    { kind: 'message-up' },
    { kind: 'notice', body: { code: 'object-device-foreign', params: { device: foreign } } },
    { kind: 'message-up' },
  ])
  await end()
})

test('device protocol §3.8.4: a scan is asked for, and what it found is an event; nothing is registered', async () => {
  const gateway = await aGateway()
  const path = `/quayside/v1/{project}/devices/${gateway.deviceId}/scan`
  expect(await quayside.api('POST', path, {})).toMatchObject({
    status: 403,
    body: { error_code: 'QS.device-offline' },
  })
  const java = await connectGateway(quayside, gateway)

  const { event_id } = await api('POST', path, { protocol: 'modbus', scan_settings: { baud: 9600 } })
  expect(await java.next()).toMatchObject({
    service_id: '$sub_device_discovery',
    event_type: 'start_scan',
    event_id,
    paras: { protocol: 'modbus', scan_settings: { baud: 9600 } },
  })
  await java.send('sub_device_discovery', 'scan_result', { devices: [{ node_id: 'found', name: 'x' }] })

  const [found] = await entries(gateway.deviceId, 'event-up')
  expect(JSON.parse(found?.body.payload).services[0].paras.devices).toEqual([{ node_id: 'found', name: 'x' }])
  const { devices } = await api('GET', `/v5/iot/{project}/devices?gateway_id=${gateway.deviceId}`)
  expect(devices).toEqual([])
  await java.end()
})

for (const [eventType, list, paras, failed] of [
  ['add_sub_device_request', 'devices', {}, 0],
  ['add_sub_device_request', 'devices', { devices: [null, 7, {}, { node_id: 'x'.repeat(1000) }] }, 4],
  ['add_sub_device_request', 'devices', { devices: Array(51).fill({ node_id: 'n', product_id: 'p' }) }, 51],
  ['delete_sub_device_request', 'devices', { devices: 'all' }, 0],
  ['delete_sub_device_request', 'devices', { devices: [null, {}, '../x'] }, 3],
  ['delete_sub_device_request', 'devices', { devices: Array(51).fill('x') }, 51],
  ['sub_device_update_status', 'device_statuses', { device_statuses: null }, 0],
  ['sub_device_update_status', 'device_statuses', { device_statuses: [null, 'x', { status: 'ONLINE' }] }, 3],
  [
    'sub_device_update_status',
    'device_statuses',
    { device_statuses: Array(101).fill({ device_id: 'x' }) },
    101,
  ],
] as const)
  test(`device protocol §3.8.3: ${eventType} with ${JSON.stringify(paras).slice(0, 60)} is answered with both lists`, async () => {
    const gateway = await aGateway()
    const client = await connectGateway(quayside, gateway)

    await client.send('$sub_device_manager', eventType, paras, { event_id: 'e' })

    const answer = await client.next()
    expect(answer).toMatchObject({ event_id: 'e', paras: { successful_devices: [] } })
    expect(answer.paras.failed_devices).toHaveLength(failed)
    for (const one of answer.paras.failed_devices)
      expect(one).toMatchObject({
        error_code: expect.stringMatching(/^IOTDA\.\d{6}$/),
        error_msg: expect.any(String),
      })
    expect(client.untaken()).toEqual([])
    expect(list in paras || failed === 0).toBe(true)
    await client.end()
  })
