import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Delivery, Downlink } from '../../src/domain/downlink/downlink.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { aDispatch, aDownlinks } from '../support/downlinks.ts'
import { createdProduct, unique } from '../support/wire.ts'
import { createIds, parseDeviceId } from '../../src/base/ids.ts'

let api: TestApi
let product: string
let device: string
let delivery: Delivery
const sent: Downlink[] = []
const downlinks = aDownlinks((downlink) => {
  sent.push(downlink)
  return delivery
})
beforeAll(async () => {
  api = await startTestApi({ downlinks })
  product = await createdProduct(api.ours)
})
afterAll(() => api.close())
beforeEach(async () => {
  delivery = 'offline'
  const { body } = await api.ours.call('POST', '/devices', { product_id: product, node_id: unique('node') })
  device = body.device_id
  sent.length = 0
})

const path = (rest = '') => `/devices/${device}/async-commands${rest}`
const create = (over: object = {}) =>
  api.ours.call('POST', path(), { paras: { any: 1 }, send_strategy: 'delay', ...over })
const made = async (over?: object): Promise<string> => (await create(over)).body.command_id
/** The device answers. */
async function answer(commandId: string, payload: string): Promise<void> {
  const deviceId = parseDeviceId(device)
  if (!deviceId) throw new Error('a valid id')
  await aDispatch({ store: api.store, clock: api.clock, ids: createIds(api.clock) }).asyncCommands.answered({
    ...{ kind: 'response', deviceId, projectId: api.ours.projectId, productKey: '', topic: '' },
    ...{ requestId: commandId, payload: Buffer.from(payload), receivedAt: 0, connection: '1-1' },
  })
}
const idsOf = (body: { commands: { command_id: string }[] }) => body.commands.map((one) => one.command_id)

describe('create', () => {
  test('northbound §4.7: for a device that is away it is PENDING', async () => {
    const { status, body } = await create({ command_name: 'blink' })

    expect(status).toBe(200)
    expect(body).toEqual({
      device_id: device,
      command_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      command_name: 'blink',
      paras: { any: 1 },
      expire_time: 86400,
      status: 'PENDING',
      created_time: '20261122T120000Z',
      send_strategy: 'delay',
    })
  })

  test('northbound §4.7: for a device that is there it is SENT', async () => {
    delivery = 'acknowledged'
    const { body } = await create({ send_strategy: 'immediately' })

    expect(body.status).toBe('SENT')
    expect(sent[0]?.topic).toBe(`$oc/devices/${device}/sys/commands/request_id=${body.command_id}`)
    expect((await api.ours.call('GET', path(`/${body.command_id}`))).body).toEqual({
      device_id: device,
      command_id: body.command_id,
      paras: { any: 1 },
      expire_time: 86400,
      status: 'DELIVERED',
      created_time: '20261122T120000Z',
      sent_time: '20261122T120000Z',
      delivered_time: '20261122T120000Z',
      send_strategy: 'immediately',
    })
  })

  test('sent at once, or refused with IOTDA.014016 and nothing kept', async () => {
    const before = await api.snapshot()

    expect(await create({ send_strategy: 'immediately' })).toMatchObject({
      status: 403,
      body: { error_code: 'IOTDA.014016' },
    })
    expect(await api.snapshot()).toBe(before)
  })

  test('northbound §3.5: the 21st that would wait is refused', async () => {
    for (let n = 0; n < 20; n++) await create()

    expect(await create()).toMatchObject({ status: 400, body: { error_code: 'IOTDA.000006' } })
  })

  test.for([
    [{ send_strategy: 'later' }, 'IOTDA.000006'],
    [{ send_strategy: null }, 'IOTDA.000006'],
    [{ paras: 'x' }, 'IOTDA.000006'],
    [{ paras: { a: 'x'.repeat(32 * 1024) } }, 'IOTDA.000006'],
    [{ expire_time: -1 }, 'IOTDA.000006'],
    [{ expire_time: 172_801 }, 'IOTDA.000006'],
    [{ service_id: 'Unknown', command_name: 'x' }, 'IOTDA.014106'],
  ])('is refused: %#', async ([over, code]) => {
    const before = await api.snapshot()

    expect(await create(over as object)).toMatchObject({ status: 400, body: { error_code: code } })
    expect(await api.snapshot()).toBe(before)
  })

  test('northbound §4.7: expire_time 0 is as absent', async () => {
    expect((await create({ expire_time: 0 })).body.expire_time).toBe(86400)
  })
})

test('northbound §4.7: the queue and the history are lists of their own; the count is of the history', async () => {
  delivery = 'written'
  const answered = await made({ command_name: 'a' })
  const failed = await made({ command_name: 'b' })
  const open = await made({ command_name: 'c' })
  delivery = 'offline'
  const waiting = await made({ command_name: 'd' })
  api.clock.advance(1000)
  await answer(answered, '{"result_code":0}')
  await answer(failed, '{"result_code":3}')

  const queue = (await api.ours.call('GET', path())).body
  const history = (await api.ours.call('GET', path('-history'))).body
  const count = await api.ours.call('POST', path('-history/count'))

  expect(idsOf(queue)).toEqual([waiting, open])
  expect(queue.page).toEqual({ count: 2, marker: expect.stringMatching(/^[0-9a-f]{24}$/) })
  expect(idsOf(history)).toEqual([failed, answered])
  expect(history.page).toEqual({ marker: expect.stringMatching(/^[0-9a-f]{24}$/) })
  expect(history.commands[1]).toMatchObject({ status: 'SUCCESSFUL', response_time: '20261122T120001Z' })
  expect(count).toEqual({ status: 200, body: { count: 2 } })
  expect((await api.ours.call('GET', path(`/${failed}`))).body).toMatchObject({
    status: 'FAILED',
    result: { result_code: 3 },
  })
  api.clock.advance(-1000)
})

test('northbound §3.1, §3.2: lists are filtered and paged', async () => {
  const first = await made({ command_name: 'a' })
  api.clock.advance(60_000)
  const second = await made({ command_name: 'b' })
  const list = async (query: string) => (await api.ours.call('GET', path(`?${query}`))).body

  expect(idsOf(await list('command_name=a'))).toEqual([first])
  expect(idsOf(await list('status=PENDING'))).toEqual([second, first])
  expect(idsOf(await list('status=SENT'))).toEqual([])
  expect(idsOf(await list('status=EXPIRED'))).toEqual([])
  expect(idsOf(await list('end_time=20261122T120030Z'))).toEqual([first])
  expect(idsOf(await list('start_time=20261122T120030Z'))).toEqual([second])
  const page = await list('limit=1')
  expect(idsOf(page)).toEqual([second])
  expect(idsOf(await list(`limit=1&marker=${page.page.marker}`))).toEqual([first])
  expect(idsOf(await list('offset=2'))).toEqual([])
  expect(await api.ours.call('GET', path('?start_time=yesterday'))).toMatchObject({
    status: 400,
    body: { error_code: 'IOTDA.000009' },
  })
  api.clock.advance(-60_000)
})

test('threat 7: of another project, or unknown: 404', async () => {
  const id = await made()

  expect((await api.theirs.call('GET', path(`/${id}`))).status).toBe(404)
  expect((await api.theirs.call('GET', path())).status).toBe(404)
  expect((await api.theirs.call('GET', path('-history'))).status).toBe(404)
  expect((await api.theirs.call('POST', path('-history/count'))).status).toBe(404)
  expect((await api.theirs.call('POST', path(), { paras: {}, send_strategy: 'delay' })).status).toBe(404)
  expect((await api.ours.call('GET', path('/unknown'))).status).toBe(404)
})
