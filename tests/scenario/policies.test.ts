import { expect, onTestFinished, test } from 'vitest'
import { publish } from '../support/device-client.ts'
import { connectDevice } from '../support/listening-device.ts'
import { type Quayside, startQuayside } from '../support/quayside.ts'
import { registerDevice, registerProduct } from '../support/registered-device.ts'

const policies = '/v5/iot/{project}/device-policies'
const answerOf = (publishing: Promise<unknown>): Promise<number> =>
  publishing.then(
    () => 0,
    (fault: { code?: number }) => fault.code ?? -1,
  )

interface Entry {
  readonly body: { readonly code: string }
}

async function defaultPolicy(quayside: Quayside): Promise<string> {
  const { body } = await quayside.api('GET', `${policies}?policy_name=system_default_policy`)
  return body.policies[0].policy_id
}

test('device protocol §3.11: policies that change while devices are connected hold at once on every thread, and after a restart', async () => {
  let quayside = await startQuayside()
  onTestFinished(() => quayside.dispose())
  const product = await registerProduct(quayside)
  const device = await registerDevice(quayside, product, 'lamp')
  const old = await registerDevice(quayside, product, 'old')
  let [young, older] = [await connectDevice(quayside, device, 5), await connectDevice(quayside, old, 4)]
  const messages = (deviceId: string, topic_full_name: string) =>
    quayside.api('POST', `/v5/iot/{project}/devices/${deviceId}/messages`, {
      ...{ message: 'hello', payload_format: 'raw', topic_full_name, ttl: 0 },
    })

  // The space starts with a policy that allows everything.
  expect(await answerOf(publish(young.client, '/v1/lamp/up', 'a'))).toBe(0)
  for (const { client } of [young, older])
    expect((await client.subscribeAsync('/v1/+/down', { qos: 1 }))[0]?.qos).toBe(1)
  expect((await messages(device.deviceId, '/v1/lamp/down')).body.result.status).toBe('DELIVERED')
  expect((await young.next()).text).toBe('hello')

  // A DENY of the product, bound while both are connected.
  const { body: made } = await quayside.api('POST', policies, {
    policy_name: 'shut',
    statement: [
      {
        effect: 'DENY',
        actions: ['iotda:devices:publish', 'iotda:devices:subscribe'],
        resources: ['topic:/v1/*'],
      },
    ],
  })
  const bind = (verb: string) =>
    quayside.api('POST', `${policies}/${made.policy_id}/${verb}`, {
      ...{ target_type: 'product', target_ids: [product] },
    })
  expect((await bind('bind')).body.success_targets).toEqual([product])

  expect(await answerOf(publish(young.client, '/v1/lamp/up', 'b'))).toBe(0x87)
  expect(await answerOf(publish(older.client, '/v1/old/up', 'b')), '3.1.1 cannot be told').toBe(0)
  expect(await answerOf(publish(young.client, '/v2/lamp/up', 'c')), 'others are allowed').toBe(0)
  for (const { deviceId } of [device, old])
    expect((await messages(deviceId, '/v1/lamp/down')).body.result.status).not.toBe('DELIVERED')

  const entries = async (deviceId: string, kind: string) =>
    (await quayside.api('GET', `/quayside/v1/{project}/devices/${deviceId}/entries?kinds=${kind}`)).body
      .entries
  await expect
    .poll(async () => (await entries(device.deviceId, 'notice')).map(({ body }: Entry) => body.code))
    .toEqual(expect.arrayContaining(['publish-denied', 'subscribe-denied']))
  const denied = async () =>
    (await entries(old.deviceId, 'notice')).find(({ body }: Entry) => body.code === 'publish-denied')
  await expect.poll(denied).toBeDefined()
  expect((await denied()).body).toMatchObject({
    sentence:
      "Statement 1 of the policy 'shut', which is bound to its product, denies the device to publish to /v1/old/up.",
    remedy: expect.stringContaining('DENY'),
  })
  expect((await entries(old.deviceId, 'message-up')).length).toBe(0)

  const explain = async () =>
    (
      await quayside.api('POST', '/quayside/v1/{project}/explain/topic', {
        ...{ device_id: device.deviceId, action: 'publish', topic: '/v1/lamp/up' },
      })
    ).body
  expect(await explain()).toMatchObject({ outcome: 'refused', code: 'publish-denied' })

  await Promise.all([young.end(), older.end()])
  await quayside.kill()
  quayside = await quayside.restart()
  ;[young, older] = [await connectDevice(quayside, device, 5), await connectDevice(quayside, old, 4)]
  expect(await answerOf(publish(young.client, '/v1/lamp/up', 'd'))).toBe(0x87)
  expect((await older.client.subscribeAsync('/v1/x', { qos: 0 }).catch(() => [{ qos: 0x80 }]))[0]?.qos).toBe(
    0x80,
  )

  expect((await bind('unbind')).body.success_targets).toEqual([product])
  expect(await answerOf(publish(young.client, '/v1/lamp/up', 'e'))).toBe(0)
  expect(await explain()).toMatchObject({ outcome: 'accepted', code: 'publish-allowed' })

  // Without any policy nothing is allowed but the platform's own topics.
  expect((await quayside.api('DELETE', `${policies}/${await defaultPolicy(quayside)}`)).status).toBe(204)
  expect(await answerOf(publish(young.client, '/v1/lamp/up', 'f'))).toBe(0x87)
  expect(await answerOf(publish(young.client, device.reportTopic, '{"services":[]}'))).not.toBe(0x87)
  expect(await answerOf(publish(young.client, `$oc/devices/${device.deviceId}/user/up`, 'g'))).toBe(0)
  await Promise.all([young.end(), older.end()])
})
