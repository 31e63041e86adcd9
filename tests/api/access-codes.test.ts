import { afterAll, beforeAll, expect, test } from 'vitest'
import { findAccessCode } from '../../src/store/access-codes.ts'
import { startTestApi, type TestApi } from '../support/api.ts'

let api: TestApi
beforeAll(async () => void (api = await startTestApi()))
afterAll(() => api.close())

const create = (body?: object) => api.ours.call('POST', '/auth/accesscode', body)
const kept = (type: 'AMQP' | 'MQTT') => findAccessCode(api.store, api.ours.projectId, type)

test('northbound §4.9: one pair of each type; a new one takes the place of the earlier', async () => {
  const first = await create()
  const second = await create({ type: 'AMQP', force_disconnect: true })
  const mqtt = await create({ type: 'MQTT' })

  expect(first).toEqual({
    status: 201,
    body: {
      access_key: expect.stringMatching(/^[A-Z0-9]{8}$/),
      access_code: expect.stringMatching(/^\w{32}$/),
    },
  })
  expect(second.body.access_key).not.toBe(first.body.access_key)
  expect(await kept('AMQP')).toMatchObject({
    accessKey: second.body.access_key,
    accessCode: second.body.access_code,
  })
  expect(await kept('MQTT')).toMatchObject({ accessKey: mqtt.body.access_key })
})

test('safety S13: the code is sealed at rest, and not in the audit trail', async () => {
  api.audited()
  const { body } = await create()

  expect(await api.snapshot()).not.toContain(body.access_code)
  const audited = api.audited()
  expect(audited).toMatchObject([{ action: 'access-code.create', target: body.access_key }])
  expect(JSON.stringify(audited)).not.toContain(body.access_code)
})

test('an unknown type is refused; another project has codes of its own', async () => {
  const before = await kept('AMQP')

  expect((await create({ type: 'KAFKA' })).status).toBe(400)
  await api.theirs.call('POST', '/auth/accesscode', {})

  expect(await kept('AMQP')).toEqual(before)
})
