import { parseDeviceId, type DeviceId } from '../../src/base/ids.ts'
import { expect, test } from 'vitest'
import { admit, deferred, refuse, startBench, stored, verdictOf } from '../support/listener-bench.ts'
import { connectPacket, hex, publishPacket, report } from '../support/raw-client.ts'
import type { PublishAnswer } from '../../src/session/session.ts'

const dev1 = parseDeviceId('dev1') as DeviceId

for (const [level, clause, farewell] of [
  [4, '[MQTT-3.1.2-24]', /^$/],
  [5, '[MQTT-3.1.2-22] [MQTT-3.2.2-22]', /^e0..8d/],
] as const)
  test(`${clause} CVE-2020-13849: silence of 1.5 times the keep alive ends a level ${level} connection`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level, keepAlive: 30 })
    bench.clock.advance(44_999)
    client.send('c000')
    expect(await client.take(2)).toBe('d000')

    bench.clock.advance(44_999)
    client.send('c000')
    expect(await client.take(2), 'any packet counts as a sign of life').toBe('d000')
    bench.clock.advance(45_000)

    expect(await client.ended()).toMatch(farewell)
    expect(bench.disconnected).toEqual([{ connection: 'test-1', cause: 'keep-alive' }])
  })

for (const [direction, days] of [
  ['forward', 1],
  ['back', -1],
] as const)
  test(`the wall clock jumps ${direction} by a day: nobody is cut for it, and every wait is as long as before`, async () => {
    const verdict = deferred<PublishAnswer>()
    const bench = await startBench({
      accept: ({ deviceId }) => (deviceId === 'dev2' ? verdict.promise : Promise.resolve(stored)),
      authenticate: (attempt) =>
        attempt.connect.username === 'stranger'
          ? refuse('device-unknown')(attempt)
          : Promise.resolve(admit(attempt)),
      limits: { refusedPerAddressPerMinuteMax: 0 },
    })
    const idle = await bench.connect({ keepAlive: 30 })
    const waiting = await bench.connect({ deviceId: 'dev2', keepAlive: 30 })
    waiting.send(publishPacket({ topic: '$oc/devices/dev2/sys/properties/report' }))
    const mute = await bench.open()
    mute.send('10')
    const refused = await bench.open()
    refused.send(connectPacket({ deviceId: 'stranger' }))
    await bench.until(() => bench.uplinks.length === 1 && bench.refusals.length === 1)

    bench.clock.step(days * 24 * 3_600_000)
    // Two looks at what time brings (listener-bench) pass meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 15))
    idle.send('c000')
    expect(await idle.take(2)).toBe('d000')
    expect(bench.disconnected).toEqual([])
    expect([mute.socket.readableEnded, refused.socket.bytesRead]).toEqual([false, 0])

    bench.clock.advance(3_000)
    expect(await refused.ended()).toBe('20020004')
    bench.clock.advance(7_000)
    expect(await mute.ended()).toBe('')
    expect(await waiting.ended(), 'the store has not answered for 10 s').toBe('')
    bench.clock.advance(35_000)
    expect(await idle.ended()).toBe('')
    expect(bench.disconnected.map(({ cause }) => cause)).toEqual(['store-fault', 'keep-alive'])
    expect(bench.refusals.every(({ durationMicros }) => durationMicros <= 10_000_000)).toBe(true)
  })

test('MQTT 3.1.1 §3.14.4: DISCONNECT ends the connection', async () => {
  const bench = await startBench()
  const client = await bench.connect()

  client.send('e000')

  expect(await client.ended()).toBe('')
  expect(bench.disconnected).toEqual([{ connection: 'test-1', cause: 'closed-by-device' }])
})

test('MQTT 5.0 §3.14.2.2.2: the C SDK sets a session expiry of 0; more than the CONNECT had is an error', async () => {
  const bench = await startBench()
  const good = await bench.connect({ level: 5 })
  const bad = await bench.connect({ level: 5, deviceId: 'dev2' })

  good.send('e0 07 00 05 11 00000000')
  bad.send('e0 07 00 05 11 00000001')

  expect(await good.ended()).toBe('')
  expect(await bad.ended()).toMatch(/^e0..82/)
})

test('MQTT 5.0 §4.12: AUTH gets DISCONNECT 0x82', async () => {
  const bench = await startBench()
  const client = await bench.connect({ level: 5 })

  client.send('f0 02 18 00')

  expect(await client.ended()).toMatch(/^e0..82/)
})

test('R16, device protocol §2.9: a new connection takes over by device id, whatever its client id', async () => {
  const bench = await startBench()
  const old = await bench.connect({ level: 5, clientId: 'dev1_0_0_2026112207' })

  const young = await bench.connect({ level: 5, clientId: 'dev1_0_0_2026112208' })

  expect(await old.ended()).toMatch(/^e0..8e/)
  expect(bench.disconnected).toEqual([{ connection: 'test-1', cause: 'taken-over' }])
  expect(bench.connected.map(({ takesOver }) => takesOver)).toEqual([false, true])
  young.send('c000')
  expect(await young.take(2)).toBe('d000')
  expect(bench.listener.stats()).toMatchObject({ connections: 1, takeOvers: 1 })
})

test('R16: the old connection has gone before the new one gets its CONNACK', async () => {
  const claim = deferred<void>()
  const bench = await startBench({
    onConnected: (_, { takesOver }) => (takesOver ? claim.promise : Promise.resolve()),
  })
  const old = await bench.connect()
  const young = await bench.open()

  young.send(connectPacket())

  expect(await old.ended()).toBe('')
  expect(young.socket.bytesRead).toBe(0)
  claim.resolve()
  expect(await young.take(4)).toBe('20020000')
})

test('R16: a take-over is claimed before the end of the old connection is told, so that no status flickers', async () => {
  const told: string[] = []
  const bench = await startBench({
    onConnected: async (_, { connection }) => void told.push(`${connection} claims`),
    onDisconnected: (_, connection, cause) => void told.push(`${connection} ${cause}`),
  })
  const old = await bench.connect()

  await bench.connect()
  await old.ended()

  expect(told).toEqual(['test-1 claims', 'test-2 claims', 'test-1 taken-over'])
})

for (const cause of ['frozen', 'deleted', 'credentials-reset'] as const)
  test(`safety X9: a device that was ${cause} is cut at once, 5.0 with 0x98`, async () => {
    const bench = await startBench()
    const client = await bench.connect({ level: 5 })
    const other = await bench.connect({ deviceId: 'dev2' })

    expect(await bench.listener.cut(dev1, cause)).toBe(1)

    expect(await client.ended()).toMatch(/^e0..98/)
    expect(bench.disconnected).toEqual([{ connection: 'test-1', cause }])
    expect(await bench.listener.cut(dev1, cause)).toBe(0)
    other.send('c000')
    expect(await other.take(2)).toBe('d000')
  })

test('a take-over from elsewhere spares the connection that took over', async () => {
  const bench = await startBench()
  await bench.connect()

  expect(await bench.listener.cut(dev1, 'taken-over', 'test-1')).toBe(0)
  expect(await bench.listener.cut(dev1, 'taken-over', 'other-1')).toBe(1)
})

test('a take-over from elsewhere ends the connection it names, not a younger one', async () => {
  const bench = await startBench()
  await bench.connect()
  const young = await bench.connect()

  expect(await bench.listener.cutConnection(dev1, 'test-1', 'taken-over')).toBe(0)
  expect(await bench.listener.cutConnection(dev1, 'test-2', 'taken-over')).toBe(1)

  expect(await young.ended()).toBe('')
})

test('safety X9: a device that is frozen while it connects is judged again', async () => {
  const verdict = deferred<void>()
  let isFrozen = false
  const bench = await startBench({
    async authenticate(attempt) {
      const seen = isFrozen // What the registry said when it was asked.
      await verdict.promise
      return seen ? refuse('device-frozen')(attempt) : admit(attempt)
    },
  })
  const client = await bench.open()
  client.send(connectPacket())
  await bench.until(() => bench.attempts.length === 1)

  isFrozen = true
  await bench.listener.cut(dev1, 'frozen')
  verdict.resolve()

  expect(await client.ended()).toBe('20020005')
  expect(bench.attempts).toHaveLength(2)
  expect(bench.connected).toEqual([])
})

test('safety X9: a device that is frozen while its session is claimed is judged again, and its claim released at once', async () => {
  const claim = deferred<void>()
  let isFrozen = false
  const bench = await startBench({
    limits: { refusedPerAddressPerMinuteMax: 0 },
    authenticate: (attempt) =>
      isFrozen ? refuse('device-frozen')(attempt) : Promise.resolve(admit(attempt)),
    onConnected: () => claim.promise,
  })
  const client = await bench.open()
  client.send(connectPacket())
  await bench.until(() => bench.connected.length === 1)

  isFrozen = true
  await bench.listener.cut(dev1, 'frozen')
  claim.resolve()

  expect(await client.ended()).toBe('20020005')
  expect(bench.disconnected).toEqual([{ connection: 'test-1', cause: 'refused' }])
})

test('a device that changes without end is told to come again', async () => {
  const bench = await startBench({
    async authenticate(attempt) {
      bench.listener.recheck(dev1)
      return admit(attempt)
    },
  })
  const client = await bench.open()

  client.send(connectPacket())

  expect(await client.ended()).toBe('20020003')
  expect(bench.attempts).toHaveLength(3)
})

test('safety X9: removing a CA cuts the connections that rest on it, and no others', async () => {
  const bench = await startBench({
    authenticate: (attempt) =>
      Promise.resolve(admit(attempt, { anchorKey: `ca-of-${attempt.connect.username}` })),
  })
  const client = await bench.connect()
  const other = await bench.connect({ deviceId: 'dev2' })

  expect(await bench.listener.cutAnchor('ca-of-dev1')).toBe(1)

  expect(await client.ended()).toBe('')
  expect(bench.disconnected[0]?.cause).toBe('trust-removed')
  other.send('c000')
  expect(await other.take(2)).toBe('d000')
})

test('a device that leaves while it is judged leaves no session behind', async () => {
  const verdict = deferred<void>()
  const bench = await startBench({ authenticate: (attempt) => verdict.promise.then(() => admit(attempt)) })
  const client = await bench.open()
  client.send(connectPacket())
  await bench.until(() => bench.attempts.length === 1)

  await bench.listener.close()
  verdict.resolve()

  expect(await client.ended()).toBe('20020003')
  expect(bench.connected).toEqual([])
  expect(bench.refusals[0]).toMatchObject({ code: 'cut-while-connecting', params: { cause: 'shutdown' } })
})

test('R7: close lets what is under way be acknowledged, then says 0x8B', async () => {
  const durable = deferred<PublishAnswer>()
  const bench = await startBench({ accept: () => durable.promise })
  const client = await bench.connect({ level: 5 })
  client.send(publishPacket({ id: 9, properties: '' }))
  await bench.until(() => bench.uplinks.length === 1)

  const closing = bench.listener.close()
  durable.resolve(stored)
  await closing

  expect(await client.ended()).toMatch(/^40020009e0..8b/)
  expect(bench.disconnected).toEqual([{ connection: 'test-1', cause: 'shutdown' }])
  await expect(bench.open()).rejects.toThrow('ECONNREFUSED')
})

test('R11: a peer that does not read its answers is cut before they pile up', async () => {
  const durable = deferred<PublishAnswer>()
  const bench = await startBench({ limits: { sendBufferBytesMax: 64 * 1024 }, accept: () => durable.promise })
  const client = await bench.connect({ level: 5 })
  client.socket.pause()
  client.send(
    Buffer.concat(
      Array.from({ length: 100 }, (_, index) => publishPacket({ id: index + 1, properties: '' })),
    ),
  )
  await bench.until(() => bench.uplinks.length === 100)

  // 100 answers of 60 kB each are more than the buffers of the system hold.
  durable.resolve({ reasonCode: 0x99, reasonString: 'r'.repeat(60_000) })
  await bench.until(() => bench.disconnected.length === 1)

  expect(bench.disconnected[0]?.cause).toBe('slow-reader')
  expect(bench.listener.stats()).toMatchObject({ slowReadersCut: 1, connections: 0 })
})

test('R13: a throwing onDisconnected is counted, and ends nothing else', async () => {
  const bench = await startBench({ onDisconnected: () => Promise.reject(new Error('a bug')) })
  const other = await bench.connect({ deviceId: 'dev2' })
  const client = await bench.connect()

  client.send('e000')
  await client.ended()
  other.send('c000')

  expect(await other.take(2)).toBe('d000')
  expect(bench.listener.stats().faults).toBe(1)
})

test('R13: a throwing trace of drops, or of refusals, ends that connection alone', async () => {
  const throws = () => {
    throw new Error('a bug')
  }
  const bench = await startBench({
    authenticate: (attempt) =>
      attempt.connect.username === 'bad'
        ? refuse('device-unknown')(attempt)
        : Promise.resolve(admit(attempt)),
    onDrop: throws,
    onRefused: throws,
  })
  const other = await bench.connect({ deviceId: 'dev2' })
  const dropped = await bench.connect()
  const refused = await bench.open()

  dropped.send(publishPacket({ topic: '$SYS/x' }))
  refused.send(connectPacket({ deviceId: 'bad' }))

  expect(await dropped.ended()).toBe('')
  expect(await refused.ended()).toBe('20020003')
  expect(bench.listener.stats().faults).toBe(2)
  other.send('c000')
  expect(await other.take(2)).toBe('d000')
})

test('a refused connection leaves no trace but its verdict', async () => {
  const bench = await startBench({
    authenticate: (attempt) => Promise.resolve({ verdict: verdictOf(attempt, 'password-wrong') }),
  })
  const client = await bench.open()

  client.send(Buffer.concat([connectPacket(), publishPacket({ payload: report }), hex('c000')]))

  expect(await client.ended()).toBe('20020004')
  expect(bench.refusals).toHaveLength(1)
  expect([...bench.uplinks, ...bench.connected, ...bench.disconnected]).toEqual([])
})
