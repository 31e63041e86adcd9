import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import vectors from '../vectors/device-protocol-vectors.json' with { type: 'json' }
import { deferred, startBench, stored } from '../support/listener-bench.ts'
import { hex, packet, publishPacket, report, text } from '../support/raw-client.ts'
import type { PublishAnswer } from '../../src/session/session.ts'

const ping = hex('c000')

test('R1, device protocol §3.0.2: PUBACK of a report waits until it is durable', async () => {
  const durable = deferred<PublishAnswer>()
  const bench = await startBench({ accept: () => durable.promise })
  const client = await bench.connect()

  client.send(publishPacket({ id: 0x1234, dup: true }))
  client.send(ping)
  expect(await client.take(2), 'others are not held up').toBe('d000')
  durable.resolve(stored)

  expect(await client.take(4)).toBe('40021234')
  expect(bench.uplinks[0]).toMatchObject({
    kind: 'report',
    deviceId: 'dev1',
    redelivered: true,
    receivedAt: bench.clock.now(),
    isPlainReport: true,
  })
})

const expected: { readonly [id: string]: object } = {
  K01: { kind: 'message-up' },
  K02: { kind: 'report', requestId: '42-a' },
  K04: { kind: 'response', requestId: '8f0c-11' },
  K05: { kind: 'response', requestId: '1' },
}
for (const { id, topic, connected_as } of vectors.topics.filter((vector) => vector.id in expected))
  test(`device protocol §3.0.1, vector ${id}: ${topic} is handed on`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ deviceId: connected_as })

    client.send(publishPacket({ topic }))

    expect(await client.take(4)).toBe('40020001')
    expect(bench.uplinks).toMatchObject([{ ...expected[id], topic, deviceId: connected_as }])
  })

test('device protocol §3.8.1: events/up is handed on as it came', async () => {
  const bench = await startBench()
  const client = await bench.connect()

  client.send(
    publishPacket({ topic: '$oc/devices/dev1/sys/events/up', payload: Uint8Array.of(0, 255), qos: 0 }),
  )
  client.send(ping)

  expect(await client.take(2), 'QoS 0 has no answer').toBe('d000')
  expect(bench.uplinks).toMatchObject([{ kind: 'event-up' }])
  expect([...(bench.uplinks[0]?.payload ?? [])]).toEqual([0, 255])
})

for (const [what, topic, code, reasonCode] of [
  ['vector K07: a foreign device id', '$oc/devices/other/sys/messages/up', 'topic-foreign', '87'],
  ['vector K12: an unknown topic', '$oc/devices/dev1/sys/unknown/up', 'topic-unknown', '90'],
  ['a topic only the platform may publish to', '$oc/devices/dev1/sys/messages/down', 'topic-downward', '87'],
  ['an id that is a prefix of our own', '$oc/devices/dev/sys/messages/up', 'topic-foreign', '87'],
  ['another case of the id', '$oc/devices/DEV1/sys/messages/up', 'topic-foreign', '87'],
  ['aedes issue 597: $SYS', '$SYS/broker/uptime', 'topic-unknown', '90'],
  ['a topic of bridges', '$oc/bridges/dev1/devices/dev9/sys/login/request_id=1', 'topic-not-served', '90'],
  ['a legacy topic of another device', '/huawei/v1/devices/other/data/json', 'topic-foreign', '87'],
] as const) {
  test(`[MQTT-3.3.5-2] S4, ${what}: 3.x gets PUBACK, nothing is handed on, and the connection stays`, async () => {
    const bench = await startBench()
    const client = await bench.connect()

    client.send(Buffer.concat([publishPacket({ topic }), ping]))

    expect(await client.take(6)).toBe('40020001d000')
    expect(bench.uplinks).toEqual([])
    expect(bench.drops).toMatchObject([{ deviceId: 'dev1', topic, code, connection: 'test-1' }])
  })

  test(`S4, ${what}: 5.0 gets 0x${reasonCode} and the connection stays`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level: 5 })

    client.send(publishPacket({ topic, properties: '' }))

    const [, length] = hex(await client.take(2))
    expect(await client.take(length ?? 0)).toMatch(new RegExp(`^0001${reasonCode}`))
    client.send(ping)
    expect(await client.take(2)).toBe('d000')
  })
}

test('device protocol §3.0.2, vector Z01: a gzip payload is unpacked', async () => {
  const [vector] = vectors.gzip
  const bench = await startBench()
  const client = await bench.connect()

  client.send(
    publishPacket({
      topic: vector?.topic ?? '',
      payload: Buffer.from(vector?.payload_base64 ?? '', 'base64'),
    }),
  )

  expect(await client.take(4)).toBe('40020001')
  expect(Buffer.from(bench.uplinks[0]?.payload ?? []).toString()).toBe(vector?.decoded_utf8)
  expect(bench.uplinks[0]).toMatchObject({ kind: 'report', isPlainReport: false })
})

for (const [what, payload, code] of [
  ['corrupt gzip', Buffer.from('no gzip'), 'gzip-corrupt'],
  ['R9: a decompression bomb', gzipSync(Buffer.alloc(10_000_000)), 'payload-too-large'],
] as const)
  test(`device protocol §3.0.2, ${what}: acknowledged, dropped, traced`, async () => {
    const bench = await startBench()
    const client = await bench.connect()

    client.send(publishPacket({ topic: '$oc/devices/dev1/sys/properties/report?encoding=gzip', payload }))

    expect(await client.take(4)).toBe('40020001')
    expect(bench.uplinks).toEqual([])
    expect(bench.drops.map((drop) => drop.code)).toEqual([code])
  })

test('R11: gzip payloads of many devices are unpacked as there is room for what they become', async () => {
  const durable = Array.from({ length: 6 }, () => deferred<PublishAnswer>())
  let next = 0
  const bench = await startBench({
    limits: { inflightBytesPerThreadMax: 1 },
    accept: () => durable[next++]?.promise ?? Promise.resolve(stored),
  })
  const other = await bench.connect({ deviceId: 'other' })
  const clients = []
  for (const [index] of durable.entries()) clients.push(await bench.connect({ deviceId: `dev${index}` }))
  for (const [index, client] of clients.entries())
    client.send(
      publishPacket({
        topic: `$oc/devices/dev${index}/sys/properties/report?encoding=gzip`,
        payload: gzipSync(report),
      }),
    )

  for (const [index, one] of durable.entries()) {
    await bench.until(() => bench.uplinks.length > index)
    for (let turn = 0; turn < 20; turn++) {
      other.send(ping)
      await other.take(2)
    }
    // One that is under way, and the one that began as it was unpacked.
    expect(bench.uplinks.length).toBeLessThanOrEqual(index + 2)
    one.resolve(stored)
  }
  for (const client of clients) expect(await client.take(4)).toBe('40020001')
})

test('a report behind a gzip report does not overtake it', async () => {
  const bench = await startBench()
  const client = await bench.connect()
  const gzip = publishPacket({
    id: 1,
    topic: '$oc/devices/dev1/sys/properties/report?encoding=gzip',
    payload: gzipSync(report),
  })

  client.send(Buffer.concat([gzip, publishPacket({ id: 2 })]))

  expect(await client.take(8)).toBe('4002000140020002')
  expect(bench.uplinks.map(({ topic }) => topic.includes('gzip'))).toEqual([true, false])
})

test('[MQTT-4.6.0-2] PUBACKs leave in the order of the publishes, whatever became durable first', async () => {
  const answers = [deferred<PublishAnswer>(), deferred<PublishAnswer>(), deferred<PublishAnswer>()] as const
  let next = 0
  const bench = await startBench({ accept: () => answers[next++]?.promise ?? Promise.resolve(stored) })
  const client = await bench.connect()
  client.send(Buffer.concat([1, 2, 3].map((id) => publishPacket({ id }))))
  await bench.until(() => bench.uplinks.length === 3)

  answers[2].resolve(stored)
  answers[1].resolve(stored)
  client.send(ping)
  expect(await client.take(2)).toBe('d000')
  answers[0].resolve(stored)

  expect(await client.take(12)).toBe('400200014002000240020003')
})

test('design §3.1: a 5.0 PUBACK carries the reason and the verdict', async () => {
  const bench = await startBench({
    accept: () =>
      Promise.resolve({ reasonCode: 0x99, reasonString: 'no', userProperties: [['verdict', 'x']] }),
  })
  const client = await bench.connect({ level: 5 })

  client.send(publishPacket({ properties: '' }))

  expect(await client.take(2 + 22)).toBe(
    `40160001${'99'}12${'1f00026e6f'}${'260007'}${Buffer.from('verdict').toString('hex')}${'000178'}`,
  )
})

test('[MQTT-3.1.2-29] without Request Problem Information a PUBACK has no reason string', async () => {
  const bench = await startBench({ accept: () => Promise.resolve({ reasonCode: 0x99, reasonString: 'no' }) })
  const client = await bench.connect({ level: 5, properties: '1700' })

  client.send(publishPacket({ properties: '' }))

  expect(await client.take(5)).toMatch(/^400[34]000199/)
})

test('[MQTT-3.4.2-2] a reason string that is more than the client takes is left out', async () => {
  const bench = await startBench({
    accept: () => Promise.resolve({ reasonCode: 0x99, reasonString: 'r'.repeat(200) }),
  })
  const client = await bench.connect({ level: 5, properties: '27 00000020' })

  client.send(publishPacket({ properties: '' }))

  expect(await client.take(5)).toMatch(/^400[34]000199/)
})

test('device protocol §1.3: a PUBLISH of QoS 2 closes the connection, 5.0 with 0x9B', async () => {
  const bench = await startBench()
  const old = await bench.connect({ deviceId: 'dev2' })
  const young = await bench.connect({ level: 5 })

  old.send(publishPacket({ qos: 2 }))
  young.send(publishPacket({ qos: 2, properties: '' }))

  expect(await old.ended()).toBe('')
  expect(await young.ended()).toMatch(/^e0..9b/)
  expect(bench.uplinks).toEqual([])
  // Whoever looks for the reason finds it with the device's OFFLINE.
  expect(bench.disconnected).toMatchObject([
    { cause: 'protocol-error', error: { code: 0x9b, detail: 'A PUBLISH of QoS 2; the maximum is 1.' } },
    { cause: 'protocol-error', error: { code: 0x9b } },
  ])
})

test('device protocol §1.3, R17: RETAIN is ignored on 3.x; 5.0 gets DISCONNECT 0x9A', async () => {
  const bench = await startBench()
  const old = await bench.connect({ deviceId: 'dev2' })
  const young = await bench.connect({ level: 5 })

  old.send(publishPacket({ topic: '$oc/devices/dev2/sys/messages/up', retain: true }))
  young.send(publishPacket({ retain: true, properties: '' }))

  expect(await old.take(4)).toBe('40020001')
  expect(await young.ended()).toMatch(/^e0..9a/)
})

test('device protocol §1.4: the C SDK publishes by alias alone', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send(publishPacket({ id: 1, properties: '23 0001' }))
  client.send(publishPacket({ id: 2, topic: '', properties: '23 0001' }))

  expect(await client.take(8)).toBe('4002000140020002')
  expect(bench.uplinks.map(({ topic }) => topic)).toEqual(
    Array(2).fill('$oc/devices/dev1/sys/properties/report'),
  )
})

for (const [what, publish, code] of [
  ['alias 0', publishPacket({ properties: '23 0000' }), '94'],
  ['[MQTT-3.3.2-9] [MQTT-3.2.2-17] alias 33', publishPacket({ properties: '23 0021' }), '94'],
  ['an alias never set', publishPacket({ topic: '', properties: '23 0001' }), '82'],
  ['CVE-2021-34432: no topic and no alias', publishPacket({ topic: '', properties: '' }), '82'],
  ['[MQTT-3.3.4-6] a subscription identifier', publishPacket({ properties: '0b01' }), '82'],
  ['[MQTT-3.3.2-2] a wildcard', publishPacket({ topic: 'a/#', properties: '' }), '90'],
] as const)
  test(`5.0 PUBLISH with ${what}: DISCONNECT 0x${code}`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level: 5 })

    client.send(publish)

    expect(await client.ended()).toMatch(new RegExp(`^e0..${code}`))
    expect(bench.uplinks).toEqual([])
  })

for (const [what, publish] of [
  ['CVE-2021-34432: an empty topic', publishPacket({ topic: '' })],
  ['CVE-2019-11779: 65,400 slashes', publishPacket({ topic: '/'.repeat(65_400) })],
  ['R15: U+0000 in the topic', publishPacket({ topic: 'a\0' })],
  ['R15: an overlong UTF-8 form', packet(0x30, hex('0002c080'))],
  ['R10: more than 1 MB', packet(0x30, text('a'), Buffer.alloc(1_100_000))],
  ['[MQTT-2.3.1-1] packet id 0', publishPacket({ id: 0 })],
  ['[MQTT-3.3.1-4] QoS 3', packet(0x36, text('a'), hex('0001'))],
  ['R14: PUBREL', hex('62020001')],
  ['R14: SUBACK', hex('9003000100')],
  ['R15: packet type 0', hex('0000')],
  ['R15: type 15 on 3.1.1', hex('f000')],
  ['R15: flags of PINGREQ', hex('c100')],
] as const)
  test(`R14, ${what}: the connection is closed, others are served`, async () => {
    const bench = await startBench()
    const other = await bench.connect({ deviceId: 'dev2' })
    const client = await bench.connect()

    client.send(publish)

    expect(await client.ended()).toBe('')
    await bench.until(() => bench.disconnected.length === 1)
    expect(bench.disconnected[0]?.cause).toBe('protocol-error')
    other.send(ping)
    expect(await other.take(2)).toBe('d000')
  })

test('[MQTT-3.3.4-7] 5.0: more than Receive Maximum without a PUBACK: DISCONNECT 0x93', async () => {
  const bench = await startBench({
    accept: () => deferred<PublishAnswer>().promise,
    limits: { inflightMax: 2 },
  })
  const client = await bench.connect({ level: 5 })

  client.send(Buffer.concat([1, 2, 3].map((id) => publishPacket({ id, properties: '' }))))

  expect(await client.ended()).toMatch(/^e0..93/)
  expect(bench.uplinks).toHaveLength(2)
})

test('MQTT 5.0 §2.2.1: a packet id that is in use is answered 0x91 and not stored twice', async () => {
  const durable = deferred<PublishAnswer>()
  const bench = await startBench({ accept: () => durable.promise })
  const client = await bench.connect({ level: 5 })
  client.send(
    Buffer.concat([publishPacket({ id: 5, properties: '' }), publishPacket({ id: 5, properties: '' })]),
  )
  await bench.until(() => bench.uplinks.length === 1)

  durable.resolve(stored)

  expect(await client.take(4)).toBe('40020005')
  expect(await client.take(5)).toMatch(/^400[34]000591/)
  expect(bench.uplinks).toHaveLength(1)
})

test('R10, R11: 3.x senders above the limit are held by back-pressure, and lose nothing', async () => {
  const answers: ((answer: PublishAnswer) => void)[] = []
  const bench = await startBench({
    limits: { inflightMax: 2 },
    accept: () => new Promise((resolve) => answers.push(resolve)),
  })
  const client = await bench.connect()
  client.send(Buffer.concat(Array.from({ length: 5 }, (_, index) => publishPacket({ id: index + 1 }))))
  await bench.until(() => bench.uplinks.length === 2)
  expect(bench.listener.stats().inflight).toBe(2)

  for (let done = 0; done < 5; done++) {
    await bench.until(() => bench.uplinks.length > done)
    expect(bench.uplinks.length).toBeLessThanOrEqual(done + 2)
    answers[done]?.(stored)
    expect(await client.take(4)).toBe(`4002000${done + 1}`)
  }
})

test('R2: a report that cannot be stored is not acknowledged; after 10 s the connection closes, 5.0 with 0x97', async () => {
  let isBroken = true
  const bench = await startBench({
    accept: () => (isBroken ? Promise.reject(new Error('disk full')) : Promise.resolve(stored)),
  })
  const client = await bench.connect({ level: 5 })
  client.send(publishPacket({ properties: '' }))
  await bench.until(() => bench.uplinks.length === 1)

  isBroken = false
  client.send(publishPacket({ id: 2, properties: '' }))
  bench.clock.advance(10_000)

  expect(await client.ended(), 'no PUBACK, and reading had stopped').toMatch(/^e0..97/)
  expect(bench.uplinks).toHaveLength(1)
  expect(bench.disconnected[0]?.cause).toBe('store-fault')
  expect(bench.listener.stats().storeFaults).toBe(1)
})

test('[MQTT-4.8.0-2] R2: a store that does not answer for 10 s counts as a fault', async () => {
  const bench = await startBench({ accept: () => deferred<PublishAnswer>().promise })
  const client = await bench.connect()
  client.send(publishPacket())
  await bench.until(() => bench.uplinks.length === 1)

  bench.clock.advance(10_000)

  expect(await client.ended()).toBe('')
  expect(bench.disconnected[0]?.cause).toBe('store-fault')
})

test('R13: a throwing accept closes that connection, is counted, and others are served', async () => {
  const bench = await startBench({
    accept() {
      throw new Error('a bug')
    },
  })
  const other = await bench.connect({ deviceId: 'dev2' })
  const client = await bench.connect()

  client.send(publishPacket())

  expect(await client.ended()).toBe('')
  expect(bench.listener.stats().faults).toBe(1)
  expect(bench.disconnected.map(({ cause }) => cause)).toEqual(['fault'])
  other.send(ping)
  expect(await other.take(2)).toBe('d000')
})

test('R11: bytes under way bound what is read, so that a few large publishes do not fill the memory', async () => {
  const durable = deferred<PublishAnswer>()
  const bench = await startBench({
    limits: { inflightBytesMax: 2000 },
    accept: () => durable.promise,
  })
  const client = await bench.connect()
  const large = (id: number) =>
    publishPacket({ topic: '$oc/devices/dev1/sys/messages/up', payload: 'x'.repeat(1500), id })

  client.send(Buffer.concat([large(1), large(2), large(3)]))
  await bench.until(() => bench.uplinks.length === 2)
  await bench.connect({ deviceId: 'dev2' })
  expect(bench.uplinks).toHaveLength(2)
  durable.resolve(stored)

  expect(await client.take(12)).toBe('400200014002000240020003')
})

test('R11, R12: when the thread has enough under way, who has something there waits, and others are served', async () => {
  const durable = deferred<PublishAnswer>()
  const bench = await startBench({
    limits: { inflightBytesPerThreadMax: 1000 },
    accept: () => durable.promise,
  })
  const client = await bench.connect()
  const other = await bench.connect({ deviceId: 'dev2' })
  const large = (id: number) =>
    publishPacket({ topic: '$oc/devices/dev1/sys/messages/up', payload: 'x'.repeat(1500), id })

  client.send(Buffer.concat([large(1), large(2)]))
  await bench.until(() => bench.uplinks.length === 1)
  other.send('c000')
  expect(await other.take(2)).toBe('d000')
  expect(bench.uplinks).toHaveLength(1)
  durable.resolve(stored)

  expect(await client.take(8)).toBe('4002000140020002')
})

test('R12: a device that sends without a pause leaves the others their turn', async () => {
  const bench = await startBench()
  const flood = await bench.connect()
  const other = await bench.connect({ deviceId: 'dev2' })
  let answered = 0
  flood.socket.on('data', (chunk: Buffer) => (answered += chunk.length / 2))

  flood.send(Buffer.alloc(2 * 100_000, hex('c000')))
  other.send('c000')

  expect(await other.take(2)).toBe('d000')
  expect(answered).toBeLessThan(10_000)
})

test('R11: what is dropped behind a report that waits is bounded, too', async () => {
  const durable = deferred<PublishAnswer>()
  const bench = await startBench({ limits: { inflightMax: 5 }, accept: () => durable.promise })
  const client = await bench.connect({ level: 5 })
  client.send(publishPacket({ id: 1, properties: '' }))
  await bench.until(() => bench.uplinks.length === 1)
  const unasked = publishPacket({ topic: '$oc/devices/other/sys/messages/up', qos: 0, properties: '' })

  client.send(Buffer.concat(Array.from({ length: 100 }, () => unasked)))
  await bench.until(() => bench.drops.length >= 9)
  await bench.connect({ deviceId: 'dev2' })
  expect(bench.drops.length).toBe(9)
  durable.resolve(stored)

  await bench.until(() => bench.drops.length === 100)
})
