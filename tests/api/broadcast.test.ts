import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Broadcast } from '../../src/domain/downlink/downlink.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { aDownlinks } from '../support/downlinks.ts'

let api: TestApi
const sent: Broadcast[] = []
beforeAll(async () => {
  const broadcast = (message: Broadcast) => Promise.resolve(sent.push(message))
  api = await startTestApi({ downlinks: { ...aDownlinks(), broadcast } })
})
afterAll(() => api.close())
beforeEach(() => {
  sent.length = 0
  api.audited()
})

const broadcast = (over: object = {}) =>
  api.ours.call('POST', '/broadcast-messages', {
    topic_full_name: '$oc/broadcast/notice',
    message: 'aGVsbG8=',
    ...over,
  })

test('northbound §7.7: the decoded bytes go to the devices of one space; the default space when none is named', async () => {
  const { status, body } = await broadcast()

  expect(status).toBe(201)
  expect(body).toEqual({
    app_id: api.ours.defaultSpace,
    topic_full_name: '$oc/broadcast/notice',
    message_id: expect.any(String),
    created_time: '20261122T120000Z',
  })
  expect(sent).toEqual([
    {
      projectId: api.ours.projectId,
      spaceId: api.ours.defaultSpace,
      topic: '$oc/broadcast/notice',
      payload: Buffer.from('hello'),
    },
  ])
  expect(api.audited()).toMatchObject([{ action: 'broadcast', detail: { devices: 1 } }])
})

test.for([
  [{ topic_full_name: '$oc/broadcast/' }, 400],
  [{ topic_full_name: '$oc/devices/d/sys/messages/down' }, 400],
  [{ topic_full_name: '$oc/broadcast/#' }, 400],
  [{ message: 'not base64!' }, 400],
  [{ message: Buffer.alloc(256 * 1024 + 1).toString('base64') }, 400],
  [{ ttl: 3 }, 400],
  [{ app_id: 'nobodys' }, 403],
] as const)('is refused, and nothing is sent: %#', async ([over, status]) => {
  expect((await broadcast(over)).status).toBe(status)
  expect(sent).toEqual([])
})

test('threat 7: not to a space of another project', async () => {
  expect(await broadcast({ app_id: api.theirs.defaultSpace })).toMatchObject({
    status: 403,
    body: { error_code: 'IOTDA.001000' },
  })
  expect(sent).toEqual([])
})
