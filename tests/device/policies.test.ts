import { expect, test } from 'vitest'
import {
  type BoundPolicy,
  compilePolicies,
  decidePolicies,
  type Statement,
} from '../../src/domain/policy/policy.ts'
import type { RefusedSubscription } from '../../src/listener/ports.ts'
import { type Bench, startBench } from '../support/listener-bench.ts'
import { hex, publishPacket, type RawClient, subscribePacket } from '../support/raw-client.ts'

const ping = hex('c000')

const aPolicy = (...statements: Partial<Statement>[]): BoundPolicy => ({
  name: 'fleet',
  boundTo: 'product',
  statements: statements.map((one) => ({
    effect: 'ALLOW',
    actions: ['publish', 'subscribe'],
    resources: ['topic:*'],
    ...one,
  })),
})
const fleet = aPolicy(
  {
    resources: ['topic:/v1/${devices.deviceId}/*', 'topic:${devices.clientId}', 'topic:${devices.productId}'],
  },
  { effect: 'DENY', resources: ['topic:*/secret'] },
)

/** A listener under policies that the test may change. */
async function benchUnder(...first: BoundPolicy[]) {
  let policies = compilePolicies(first)
  const refused: RefusedSubscription[] = []
  const bench = await startBench({
    decideTopic: (grant, action, topic) => decidePolicies([policies], action, topic, grant),
    onPolicyRefusal: (refusal) => void refused.push(refusal),
  })
  const change = (...next: BoundPolicy[]) => {
    policies = compilePolicies(next)
    bench.listener.policiesChanged()
  }
  return { bench, refused, change }
}

/** The whole packet that comes next, as hex. */
async function nextPacket(client: RawClient): Promise<string> {
  const head = await client.take(2)
  return head + (await client.take(hex(head)[1] ?? 0))
}
const deliver = (bench: Bench, topic: string) =>
  bench.listener.deliver('test-1', {
    ...{ deviceId: 'dev1', topic, payload: Buffer.from('x') },
    ...{ reach: 'subscribed', isRetried: false },
  } as never)

const publishes = [
  ['/v1/dev1/up', 'uplink'],
  ['dev1_0_0_2026112207', 'uplink'],
  ['meter', 'uplink'],
  ['/v1/dev1/secret', 'publish-denied'],
  ['/v1/dev2/up', 'publish-not-allowed'],
  ['/v1/dev1', 'publish-not-allowed'],
  ['$oc/devices/dev1/user/secret', 'uplink'],
  ['$oc/devices/dev1/sys/properties/report', 'uplink'],
] as const
/** Reason code and, somewhere in the packet, the reason. */
const said = {
  uplink: [0, expect.any(String)],
  granted: [expect.any(Number), expect.any(String)],
  'publish-denied': [
    0x87,
    expect.stringContaining("Statement 2 of the policy 'fleet', which is bound to its product, denies"),
  ],
  'publish-not-allowed': [
    0x87,
    expect.stringContaining('No policy that is bound to the device, its product or its resource space'),
  ],
  'subscribe-denied': [0x87, expect.stringContaining("the policy 'fleet'")],
  'subscribe-not-allowed': [0x87, expect.stringContaining('No policy that is bound')],
}
for (const [topic, answer] of publishes) {
  test(`device protocol §3.11, 3.1.1: a publish to ${topic}: ${answer}; it gets its PUBACK and stays`, async () => {
    const { bench } = await benchUnder(fleet)
    const client = await bench.connect()

    client.send(Buffer.concat([publishPacket({ topic }), ping]))

    expect((await client.take(6)).replace('d000', '')).toBe('40020001')
    expect(bench.uplinks.map((uplink) => uplink.topic)).toEqual(answer === 'uplink' ? [topic] : [])
    expect(bench.drops.map(({ code, byPolicy }) => [code, byPolicy?.code])).toEqual(
      answer === 'uplink' ? [] : [['policy-refused', answer]],
    )
  })

  test(`device protocol §3.11, §6.2, 5.0: a publish to ${topic}: ${answer}; PUBACK says so`, async () => {
    const { bench } = await benchUnder(fleet)
    const client = await bench.connect({ level: 5 })

    client.send(publishPacket({ topic, properties: '' }))

    const puback = hex(await nextPacket(client))
    expect([puback[4] ?? 0, puback.toString('latin1')]).toEqual(said[answer])
    client.send(ping)
    expect(await client.take(2)).toBe('d000')
  })
}

const filters = [
  ['/v1/dev1/#', 1, 'granted'],
  ['/v1/dev1/+/secret', 1, 'subscribe-denied'],
  ['/v1/+/down', 0, 'subscribe-not-allowed'],
  ['#', 0, 'subscribe-not-allowed'],
  ['$oc/devices/dev1/user/secret', 1, 'granted'],
] as const
for (const [filter, qos, answer] of filters)
  test(`device protocol §3.11, §6.2: SUBSCRIBE to ${filter}: ${answer}, by the text of the filter`, async () => {
    const { bench, refused } = await benchUnder(fleet)
    const old = await bench.connect()
    old.send(subscribePacket(1, [[filter, qos]]))
    expect(await old.take(5)).toBe(`90030001${answer === 'granted' ? `0${qos}` : '80'}`)
    expect(refused.map(({ topic, refusal }) => [topic, refusal.code])).toEqual(
      answer === 'granted' ? [] : [[filter, answer]],
    )

    const young = await bench.connect({ level: 5 })
    young.send(subscribePacket(1, [[filter, qos]], ''))
    const suback = hex(await nextPacket(young))
    expect([suback.at(-1), suback.toString('latin1')]).toEqual(said[answer])
  })

test('MQTT 5.0 §3.9.2.1.2: a reason that would make the SUBACK too large is left out, as for a client that wants none', async () => {
  const { bench } = await benchUnder()
  const filter = 'a'.repeat(100)
  for (const properties of ['2700000030', '1700']) {
    const client = await bench.connect({ level: 5, properties })
    client.send(subscribePacket(1, [[filter, 1]], ''))
    expect(await nextPacket(client)).toBe('900400010087')
  }
})

for (const level of [4, 5] as const) {
  const properties = level === 5 ? '' : undefined
  const fields = properties === undefined ? {} : { properties }

  test(`device protocol §3.11, level ${level}: what policies say holds for publishes of a standing connection at once`, async () => {
    const { bench, change } = await benchUnder(aPolicy({}))
    const client = await bench.connect({ level })
    const publish = async () => {
      client.send(publishPacket({ topic: '/v1/a', ...fields }))
      await nextPacket(client)
      return bench.uplinks.length
    }
    expect(await publish()).toBe(1)

    change(aPolicy({}, { effect: 'DENY', resources: ['topic:/v1/a'] }))
    expect(await publish(), 'denied').toBe(1)
    change()
    expect(await publish(), 'no policy').toBe(1)
    change(aPolicy({}))
    expect(await publish(), 'allowed again').toBe(2)
    expect(bench.drops.map(({ byPolicy }) => byPolicy?.code)).toEqual([
      'publish-denied',
      'publish-not-allowed',
    ])
  })

  test(`device protocol §3.11, level ${level}: a subscription that is not allowed any more delivers nothing, and does when it is again`, async () => {
    const { bench, change, refused } = await benchUnder(aPolicy({}))
    const client = await bench.connect({ level })
    client.send(subscribePacket(1, [['/v1/#', 0]], properties))
    await nextPacket(client)
    expect(await deliver(bench, '/v1/a')).toBe('written')
    expect(await nextPacket(client)).toMatch(/^30/)

    change(aPolicy({}, { effect: 'DENY', actions: ['subscribe'], resources: ['topic:/v1/*'] }))
    expect(await deliver(bench, '/v1/a')).toBe('not-subscribed')
    expect(refused).toMatchObject([{ topic: '/v1/#', refusal: { code: 'subscribe-denied' } }])
    client.send(ping)
    expect(await client.take(2), 'nothing came before').toBe('d000')

    change(aPolicy({}))
    expect(await deliver(bench, '/v1/a')).toBe('written')
  })
}

test('device protocol §3.11: a topic by its alias is the same topic', async () => {
  const { bench, change } = await benchUnder(aPolicy({}))
  const client = await bench.connect({ level: 5 })
  client.send(publishPacket({ topic: '/v1/a', properties: '230001' }))
  await nextPacket(client)

  change()
  client.send(publishPacket({ topic: '', properties: '230001' }))

  expect(hex(await nextPacket(client))[4]).toBe(0x87)
  expect(bench.uplinks).toHaveLength(1)
})

for (const [topic, code] of [
  ['a'.repeat(129), 'topic-unknown'],
  ['a/b/c/d/e/f/g/h/i', 'topic-unknown'],
] as const)
  test(`device protocol §1.3, §3.11: policies allow no topic beyond 128 bytes and 7 slashes: ${topic.slice(0, 20)}`, async () => {
    const { bench } = await benchUnder(aPolicy({}))
    const client = await bench.connect()

    client.send(publishPacket({ topic }))

    expect(await client.take(4)).toBe('40020001')
    expect(bench.drops).toMatchObject([{ code }])
  })
