import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/base/limits.ts'
import { parseDeviceId } from '../../src/base/ids.ts'
import type { Delivery, Downlink } from '../../src/domain/downlink/downlink.ts'
import type { Downlinks } from '../../src/downlink/downlinks.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { aDownlinks } from '../support/downlinks.ts'
import { aWireProperty, aWireService, createdProduct, unique } from '../support/wire.ts'

/** What the device answers, at once; undefined: nothing. */
let answer: string | undefined
let delivery: Delivery
let api: TestApi
let downlinks: Downlinks
let product: string
let device: string
const sent: Downlink[] = []
beforeAll(async () => {
  downlinks = aDownlinks((downlink) => {
    sent.push(downlink)
    const requestId = /request_id=(.+)$/.exec(downlink.topic)?.[1] ?? ''
    if (answer !== undefined)
      downlinks.answers.answered({
        ...{ kind: 'response', deviceId: downlink.deviceId, projectId: api.ours.projectId },
        ...{ productKey: '', topic: 'the/response/topic', requestId, payload: Buffer.from(answer) },
        ...{ receivedAt: api.clock.now(), connection: '1-1' },
      })
    return delivery
  })
  api = await startTestApi({ downlinks, limits: { ...limits, answerMillisMax: 20 } })
  product = await createdProduct(api.ours, {
    service_capabilities: [
      aWireService({
        service_id: 'Lamp',
        service_type: 'Lamp',
        properties: [
          aWireProperty({ property_name: 'level', method: 'RW' }),
          aWireProperty({ property_name: 'seen', method: 'R' }),
        ],
        commands: [
          {
            command_name: 'switch',
            paras: [
              { para_name: 'state', data_type: 'string', required: true, enum_list: [], max_length: 3 },
              { para_name: 'fade', data_type: 'int', required: false, min: '0', max: '10' },
            ],
          },
        ],
      }),
    ],
  })
})
afterAll(() => api.close())
beforeEach(async () => {
  answer = '{"result_code":0,"response_name":"ok","paras":{"state":"on"}}'
  delivery = 'written'
  device = (await api.ours.call('POST', '/devices', { product_id: product, node_id: unique('node') })).body
    .device_id
  sent.length = 0
  api.audited()
  api.logged()
})
const bodies = () => sent.splice(0).map(({ payload }) => JSON.parse(Buffer.from(payload).toString()))
const offline = { status: 403, body: { error_code: 'IOTDA.014016' } }
const noAnswer = {
  status: 200,
  body: { response: null, error_code: 'IOTDA.014111', error_msg: 'The device did not answer in time.' },
}

describe('commands', () => {
  const command = (over: object = {}, id = device) =>
    api.ours.call('POST', `/devices/${id}/commands`, { paras: { any: 1 }, ...over })

  test('northbound §4.7: the answer of the device is the answer', async () => {
    const { status, body } = await command({
      service_id: 'Lamp',
      command_name: 'switch',
      paras: { state: 'on' },
    })

    expect(status).toBe(200)
    expect(body).toEqual({
      command_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      response: { result_code: 0, response_name: 'ok', paras: { state: 'on' } },
    })
    expect(sent[0]?.topic).toBe(`$oc/devices/${device}/sys/commands/request_id=${body.command_id}`)
    expect(bodies()).toEqual([{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on' } }])
    expect(api.audited()).toMatchObject([{ action: 'device.command', target: device }])
  })

  test('northbound §4.7: a device that says no has answered all the same', async () => {
    answer = '{"result_code":1,"paras":{"why":"broken"}}'

    expect(await command()).toMatchObject({
      status: 200,
      body: { response: { result_code: 1, paras: { why: 'broken' } } },
    })
  })

  test('northbound §4.7: no answer in time is a 200 with IOTDA.014111', async () => {
    answer = undefined

    expect(await command()).toMatchObject(noAnswer)
  })

  test('northbound §4.7: a device that is away is 403 IOTDA.014016', async () => {
    ;[answer, delivery] = [undefined, 'offline']

    expect(await command()).toMatchObject(offline)
  })

  test('device protocol §3.0.3: a child is asked through its gateway', async () => {
    const { body: child } = await api.ours.call('POST', '/devices', {
      ...{ product_id: product, node_id: unique('node'), gateway_id: device },
    })

    await command({}, child.device_id)

    expect(sent[0]?.deviceId).toBe(parseDeviceId(device))
    expect(bodies()).toEqual([{ object_device_id: child.device_id, paras: { any: 1 } }])
  })

  test.for([
    [{ service_id: 'Fan', command_name: 'switch' }, 'no service Fan'],
    [{ service_id: 'Lamp' }, 'command_name'],
    [{ service_id: 'Lamp', command_name: 'blink' }, 'no command blink'],
    [{ service_id: 'Lamp', command_name: 'switch', paras: {} }, 'needs the parameter state'],
    [{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on', x: 1 } }, 'no parameter x'],
    [{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on', fade: 11 } }, 'max = 10'],
    [{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'long' } }, 'max_length = 3'],
  ] as const)(
    'device protocol §3.8.0: what the product model lacks is 400 IOTDA.014106: %j',
    async ([over, said]) => {
      const { status, body } = await command(over)

      expect([status, body.error_code]).toEqual([400, 'IOTDA.014106'])
      expect(body.error_msg).toContain(said)
      expect(sent).toEqual([])
    },
  )

  test.for([
    [{ paras: 'text' }],
    [{ paras: [1] }],
    [{ paras: null }],
    [{ paras: { a: 'x'.repeat(256 * 1024) } }],
  ])('is refused: %#', async ([over]) => {
    expect(await command(over)).toMatchObject({ status: 400, body: { error_code: 'IOTDA.000006' } })
    expect(sent).toEqual([])
  })
})

describe('properties', () => {
  const path = () => `/devices/${device}/properties`
  const set = (services: unknown) => api.ours.call('PUT', path(), { services })

  test('northbound §4.8: set', async () => {
    answer = '{"result_code":0,"result_desc":"Success"}'

    const { status, body } = await set([{ service_id: 'Lamp', properties: { level: 'not an int' } }])

    expect(status).toBe(200)
    expect(body).toEqual({
      request_id: expect.any(String),
      response: { result_code: 0, result_desc: 'Success' },
    })
    expect(sent[0]?.topic).toBe(`$oc/devices/${device}/sys/properties/set/request_id=${body.request_id}`)
    expect(bodies()).toEqual([{ services: [{ service_id: 'Lamp', properties: { level: 'not an int' } }] }])
    expect(api.logged().filter(({ kind }) => kind === 'report')).toEqual([])
  })

  test.for([
    [[{ service_id: 'Fan', properties: { a: 1 } }], 'IOTDA.013002'],
    [[{ service_id: 'Lamp', properties: { a: 1 } }], 'IOTDA.013002'],
    [[{ service_id: 'Lamp', properties: { seen: 1 } }], 'IOTDA.013002'],
    [[{ service_id: 'Lamp', properties: {} }], 'IOTDA.000006'],
    [[], 'IOTDA.000006'],
    [undefined, 'IOTDA.000006'],
    [[{ service_id: 'Lamp', properties: { level: 'x'.repeat(256 * 1024) } }], 'IOTDA.000006'],
  ] as const)('set is refused: %#', async ([services, code]) => {
    expect(await set(services)).toMatchObject({ status: 400, body: { error_code: code } })
    expect(sent).toEqual([])
  })

  test('northbound §4.8, device protocol §3.6: get, and what comes is kept as a report', async () => {
    answer = '{"services":[{"service_id":"Lamp","properties":{"level":7}}]}'

    const { status, body } = await api.ours.call('GET', `${path()}?service_id=Lamp`)

    expect(status).toBe(200)
    expect(body).toEqual({
      request_id: expect.any(String),
      response: { services: [{ service_id: 'Lamp', properties: { level: 7 } }] },
    })
    expect(sent[0]?.topic).toBe(`$oc/devices/${device}/sys/properties/get/request_id=${body.request_id}`)
    expect(bodies()).toEqual([{ service_id: 'Lamp' }])
    expect(api.logged().find(({ kind }) => kind === 'report')).toMatchObject({
      deviceId: device,
      body: { requestId: body.request_id, verdict: { outcome: 'accepted' } },
    })
  })

  test('device protocol §3.6: without a service all are asked for', async () => {
    await api.ours.call('GET', path())

    expect(bodies()).toEqual([{}])
  })

  test('a service that the model lacks is said at once', async () => {
    expect(await api.ours.call('GET', `${path()}?service_id=Fan`)).toMatchObject({
      status: 400,
      body: { error_code: 'IOTDA.013002' },
    })
  })

  test('northbound §4.8: no answer, and a device that is away', async () => {
    answer = undefined
    expect(await api.ours.call('GET', path())).toMatchObject(noAnswer)
    expect(await set([{ service_id: 'Lamp', properties: { level: 1 } }])).toMatchObject(noAnswer)
    delivery = 'offline'
    expect(await api.ours.call('GET', path())).toMatchObject(offline)
    expect(await set([{ service_id: 'Lamp', properties: { level: 1 } }])).toMatchObject(offline)
  })
})

test('threat 7: a device of another project is not there', async () => {
  const missing = { status: 404, body: { error_code: 'IOTDA.014000' } }

  expect(await api.theirs.call('POST', `/devices/${device}/commands`, { paras: {} })).toMatchObject(missing)
  expect(await api.theirs.call('GET', `/devices/${device}/properties`)).toMatchObject(missing)
  const services = [{ service_id: 'Lamp', properties: { level: 1 } }]
  expect(await api.theirs.call('PUT', `/devices/${device}/properties`, { services })).toMatchObject(missing)
  expect(sent).toEqual([])
})
