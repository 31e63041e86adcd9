import { Buffer } from 'node:buffer'
import { describe, expect, test } from 'vitest'
import { reason } from '../../src/codec/mqtt/reason-codes.ts'
import { type Bench, startBench } from '../support/listener-bench.ts'
import { connectPacket, publishPacket, type RawClient, subscribePacket } from '../support/raw-client.ts'

/*
 * What one connection may send, and how many may come (device protocol §1.3, §2.8, §6.1); what is announced of it (§1.4).
 */

const messages = '$oc/devices/dev1/sys/messages/up'
const pingOn = async (client: RawClient): Promise<void> => {
  client.send('c000')
  expect(await client.take(2)).toBe('d000')
}

describe.for([4, 5] as const)('MQTT level %i', (level) => {
  const properties = level === 5 ? { properties: '' } : {}
  const publish = (id: number, bytes = 10) =>
    publishPacket({ topic: messages, id, payload: Buffer.alloc(bytes, 'x'), ...properties })
  /** Reason codes of the next PUBACKs. */
  async function pubacks(client: RawClient, count: number): Promise<readonly number[]> {
    const codes: number[] = []
    for (let n = 0; n < count; n++) {
      const [, length = 0] = Buffer.from(await client.take(2), 'hex')
      codes.push(Buffer.from(await client.take(length), 'hex')[2] ?? 0)
    }
    return codes
  }

  test('device protocol §6.1: messages above the rate are acknowledged and dropped; 5.0 is told 0x97', async () => {
    const bench = await startBench({ limits: { messagesPerSecondMax: 2 } })
    const client = await bench.connect({ level })
    const other = await bench.connect({ level, deviceId: 'dev2' })

    client.send(Buffer.concat([1, 2, 3, 4].map((id) => publish(id))))
    const over = level === 5 ? reason.quotaExceeded : 0
    expect(await pubacks(client, 4)).toEqual([0, 0, over, over])
    expect(bench.uplinks).toHaveLength(2)
    other.send(publishPacket({ topic: messages.replace('dev1', 'dev2'), ...properties }))
    expect(await pubacks(other, 1), 'another connection has a rate of its own').toEqual([0])

    bench.clock.advance(1000)
    client.send(publish(5))
    expect(await pubacks(client, 1)).toEqual([0])
    expect(bench.listener.stats()).toMatchObject({ publishesOverRate: 2, publishesDropped: 2, faults: 0 })
    expect(bench.drops, 'a line for each would fill the log').toEqual([])
  })

  test('device protocol §6.1: a connection that stays above the rate is told of once in a minute', async () => {
    const bench = await startBench({ limits: { messagesPerSecondMax: 1 } })
    const client = await bench.connect({ level, keepAlive: 1200 })
    for (let second = 0; second < 61; second++) {
      client.send(Buffer.concat([publish(1), publish(2)]))
      await pubacks(client, 2)
      bench.clock.advance(1000)
    }

    expect(bench.excesses).toMatchObject([
      { deviceId: 'dev1', code: 'message-rate-exceeded', params: { limit: 1, dropped: 1 } },
      { deviceId: 'dev1', code: 'message-rate-exceeded', params: { limit: 1, dropped: 61 } },
    ])
  })

  test('device protocol §6.1: above its bandwidth a connection is read from later, and nothing is lost', async () => {
    const bench = await startBench({
      limits: { bytesPerSecondMax: 64 * 1024, quotaNoticeMillis: 3_600_000 },
    })
    const client = await bench.connect({ level, keepAlive: 1200 })
    const other = await bench.connect({ level, deviceId: 'dev2', keepAlive: 1200 })
    const count = 40

    client.send(Buffer.concat(Array.from({ length: count }, (_, n) => publish(n + 1, 16 * 1024))))
    const progress = { answered: 0 }
    const reading = (async () => {
      for (; progress.answered < count; progress.answered++) await pubacks(client, 1)
    })()
    await bench.until(() => bench.excesses.length === 1)
    for (let n = 0; n < 50; n++) await pingOn(other)
    expect(bench.uplinks.length).toBeLessThan(count)
    // 640 kB take ten seconds at 64 kB a second.
    while (progress.answered < count) {
      bench.clock.advance(1000)
      await pingOn(other)
    }
    await reading

    expect(bench.uplinks).toHaveLength(count)
    expect(bench.excesses).toMatchObject([{ code: 'bandwidth-exceeded', params: { limit: 65_536 } }])
    expect(bench.listener.stats()).toMatchObject({ publishesDropped: 0, keepAliveTimeouts: 0, faults: 0 })
    await pingOn(client)
  })

  test('device protocol §2.8: connects above the rate are refused, 3 or 0x9F, and come in a second later', async () => {
    const bench = await startBench({ limits: { connectsPerSecondMax: 2, refusedPerAddressPerMinuteMax: 0 } })
    const connect = async (deviceId: string): Promise<readonly [Bench['attempts']['length'], string]> => {
      const client = await bench.open()
      client.send(connectPacket({ level, deviceId }))
      const answer = await client.take(level === 5 ? 5 : 4)
      return [bench.attempts.length, answer.slice(6, 8)]
    }

    expect(await connect('a')).toEqual([1, '00'])
    expect(await connect('b')).toEqual([2, '00'])
    // Nobody is asked about it, and it is told at once: who comes in a crowd is no guesser.
    expect(await connect('c')).toEqual([2, level === 5 ? '9f' : '03'])
    expect(bench.refusals).toMatchObject([
      { code: 'connects-too-many', params: { limit: 2 }, answer: { mqtt: 3, mqtt5: 0x9f } },
    ])
    bench.clock.advance(1000)
    expect(await connect('c')).toEqual([3, '00'])
  })

  test('device protocol §1.3: as many subscriptions as are set, and the excess is refused by itself', async () => {
    const bench = await startBench({ limits: { subscriptionsPerConnectionMax: 2 } })
    const client = await bench.connect({ level })

    const filters = ['a', 'b', 'c'].map((filter) => [filter, 1] as const)
    client.send(subscribePacket(1, filters, level === 5 ? '' : undefined))
    const suback = await client.take(level === 5 ? 8 : 7)
    expect(suback.slice(-6)).toBe(level === 5 ? '010197' : '010180')
  })
})

test('device protocol §1.4: what is set is what the CONNACK announces, and what is held to', async () => {
  const bench = await startBench({ limits: { inflightMax: 3, packetBytesMax: 5000, topicAliasMax: 1 } })
  const open = async () => {
    const client = await bench.open()
    client.send(connectPacket({ level: 5 }))
    const [, length = 0] = Buffer.from(await client.take(2), 'hex')
    return { client, connack: await client.take(length) }
  }
  const { client, connack } = await open()
  // Receive Maximum, Maximum Packet Size, Topic Alias Maximum.
  for (const property of ['210003', '2700001388', '220001']) expect(connack).toContain(property)

  client.send(publishPacket({ topic: messages, properties: '230002' }))
  expect(await client.ended()).toMatch(/^e0..94/)
  const { client: second } = await open()
  second.send(publishPacket({ topic: messages, payload: Buffer.alloc(5000), properties: '' }))
  expect(await second.ended()).toMatch(/^e0..95/)
})

test('without a setting nothing is bounded by the second', async () => {
  const bench = await startBench()
  const client = await bench.connect()
  const count = 500

  client.send(Buffer.concat(Array.from({ length: count }, (_, n) => publishPacket({ id: n + 1 }))))
  await client.take(4 * count)

  expect(bench.uplinks).toHaveLength(count)
  expect(bench.excesses).toEqual([])
})
