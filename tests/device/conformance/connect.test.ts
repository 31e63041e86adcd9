import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { admit, refuse, startBench } from '../../support/listener-bench.ts'
import { connectPacket, hex, packet, publishPacket, text } from '../../support/raw-client.ts'
import { deliver, none, subscribe } from './levels.ts'

test('3.1.1 [MQTT-3.1.2-1], 5.0 [MQTT-3.1.2-1]: another protocol name is not processed by these rules', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(packet(0x10, text('AMQP'), hex('04 c2 0078'), text('c'), text('dev1'), text('secret')))

  expect(await client.ended()).toBe('20020001')
  expect(bench.attempts).toEqual([])
})

for (const [protocolLevel, answer] of [
  ['02', '20020001'],
  ['06', '2003008400'],
] as const)
  test(`3.1.1 [MQTT-3.1.2-2], 5.0 [MQTT-3.1.2-2]: level 0x${protocolLevel} is answered ${answer} and closed`, async () => {
    const bench = await startBench()
    const client = await bench.open()

    client.send(packet(0x10, text('MQTT'), hex(`${protocolLevel} c2 0078`), text('c')))

    expect(await client.ended()).toBe(answer)
    expect(bench.attempts).toEqual([])
  })

/** CONNECT with these flags, and these bytes behind the keep alive (and the property length of 5.0). */
const connect = (level: 4 | 5, flags: string, ...payload: readonly Uint8Array[]) =>
  packet(0x10, text('MQTT'), hex(`0${level} ${flags} 0078 ${level === 5 ? '00' : ''}`), ...payload)

const id = text('c')
const user = text('dev1')
const password = text('secret')
const badText = hex('0002 c080')

for (const [clauses, what, flags, payload] of [
  ['3.1.1 [MQTT-3.1.2-3], 5.0 [MQTT-3.1.2-3]', 'the reserved flag', 'c3', [id, user, password]],
  ['3.1.1 [MQTT-3.1.2-9], 5.0 [MQTT-3.1.2-9]', 'a will flag without a will', 'c6', [id, user]],
  ['3.1.1 [MQTT-3.1.2-11]', 'a will without its flag', 'c2', [id, text('t'), text('p'), user, password]],
  ['3.1.1 [MQTT-3.1.2-13], 5.0 [MQTT-3.1.2-11]', 'a will QoS without a will', 'ca', [id, user, password]],
  ['3.1.1 [MQTT-3.1.2-14], 5.0 [MQTT-3.1.2-12]', 'a will QoS of 3', 'de', [id, user, password]],
  ['3.1.1 [MQTT-3.1.2-15], 5.0 [MQTT-3.1.2-13]', 'will retain without a will', 'e2', [id, user, password]],
  ['3.1.1 [MQTT-3.1.2-18], 5.0 [MQTT-3.1.2-16]', 'a user name without its flag', '02', [id, user]],
  ['3.1.1 [MQTT-3.1.2-19], 5.0 [MQTT-3.1.2-17]', 'no user name for its flag', '82', [id]],
  ['3.1.1 [MQTT-3.1.2-20], 5.0 [MQTT-3.1.2-18]', 'a password without its flag', '82', [id, user, password]],
  ['3.1.1 [MQTT-3.1.2-21], 5.0 [MQTT-3.1.2-19]', 'no password for its flag', 'c2', [id, user]],
  ['3.1.1 [MQTT-3.1.3-3], 5.0 [MQTT-3.1.3-3]', 'no client id', '02', []],
  [
    '3.1.1 [MQTT-3.1.3-4], 5.0 [MQTT-3.1.3-4]',
    'a client id that is not UTF-8',
    'c2',
    [badText, user, password],
  ],
  [
    '3.1.1 [MQTT-3.1.3-11], 5.0 [MQTT-3.1.3-12]',
    'a user name that is not UTF-8',
    'c2',
    [id, badText, password],
  ],
] as const)
  test(`${clauses}: ${what} closes the connection, 5.0 with 0x81`, async () => {
    const bench = await startBench()
    const [old, young] = [await bench.open(), await bench.open()]

    old.send(connect(4, flags, ...payload))
    young.send(connect(5, flags, ...payload))

    expect(await old.ended()).toBe('')
    expect(await young.ended()).toBe('2003008100')
    expect(bench.attempts).toEqual([])
  })

test('3.1.1 [MQTT-3.1.3-10], 5.0 [MQTT-3.1.3-11]: a will topic that is not UTF-8 closes the connection, 5.0 with 0x81', async () => {
  const bench = await startBench()
  const [old, young] = [await bench.open(), await bench.open()]
  const will = Buffer.concat([badText, text('gone')])

  old.send(connectPacket({ flags: 0x04, will }))
  young.send(connectPacket({ level: 5, flags: 0x04, will: Buffer.concat([hex('00'), will]) }))

  expect(await old.ended()).toBe('')
  expect(await young.ended()).toBe('2003008100')
})

test('3.1.1 [MQTT-3.1.2-22]: a password without a user name closes the connection', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(connect(4, '42', id, password))

  expect(await client.ended()).toBe('')
})

test('3.1.1 [MQTT-3.1.3-1], 5.0 [MQTT-3.1.3-1]: client id, will, user name and password are read in this order', async () => {
  const bench = await startBench()
  const will = Buffer.concat([text('t'), text('gone')])
  await bench.connect({ clientId: 'first', flags: 0x04, will })
  await bench.connect({
    ...{ level: 5, clientId: 'second', deviceId: 'dev2', flags: 0x04 },
    will: Buffer.concat([hex('00'), will]),
  })

  expect(bench.attempts.map(({ connect: { clientId, username } }) => [clientId, username])).toEqual([
    ['first', 'dev1'],
    ['second', 'dev2'],
  ])
  expect(bench.attempts.map((attempt) => Buffer.from(attempt.connect.password ?? []).toString())).toEqual([
    'secret',
    'secret',
  ])
})

for (const [level, clause] of [
  [4, '3.1.1 [MQTT-3.1.3-5]'],
  [5, '5.0 [MQTT-3.1.3-5]'],
] as const)
  for (const clientId of ['A', '0123456789abcdefghijklm', 'nopqrstuvwxyzABCDEFGHIJ', 'KLMNOPQRSTUVWXYZ'])
    test(`${clause}: the client id "${clientId}" reaches the verdict as it is`, async () => {
      const bench = await startBench()

      await bench.connect({ level, clientId })

      expect(bench.attempts[0]?.connect.clientId).toBe(clientId)
    })

for (const [level, clauses, answer] of [
  [4, '3.1.1 [MQTT-3.1.3-8] [MQTT-3.1.3-9]', '20020002'],
  [5, '5.0 [MQTT-3.1.3-8]', '2003008500'],
] as const)
  test(`${clauses}: an empty client id without a clean start is refused with ${answer} and closed`, async () => {
    const bench = await startBench({ authenticate: refuse('client-id-missing') })
    const client = await bench.open()

    client.send(connect(level, 'c0', text(''), user, password))

    expect(await client.ended()).toBe(answer)
  })

for (const [level, clauses, answer] of [
  [4, '3.1.1 [MQTT-3.1.4-5] [MQTT-3.2.2-4] [MQTT-3.2.2-5]', '20020005'],
  [5, '5.0 [MQTT-3.1.4-2] [MQTT-3.1.4-6] [MQTT-3.2.2-6] [MQTT-3.2.2-7]', '2003008700'],
] as const)
  test(`${clauses}: of a refused connection nothing is processed behind the CONNECT; no session is present, and it is closed`, async () => {
    const bench = await startBench({
      authenticate: (attempt) =>
        attempt.connect.username === 'dev1'
          ? refuse('device-frozen')(attempt)
          : Promise.resolve(admit(attempt)),
    })
    const client = await bench.open()
    const properties = none(level)

    client.send(
      Buffer.concat([
        connectPacket({ level }),
        publishPacket(properties === undefined ? {} : { properties }),
        hex('c000'),
      ]),
    )

    expect(await client.ended()).toBe(answer)
    expect(bench.uplinks).toEqual([])
    expect(bench.connected).toEqual([])
  })

for (const [level, clauses] of [
  [4, '3.1.1 [MQTT-3.1.2-6] [MQTT-3.1.4-3] [MQTT-3.1.4-4] [MQTT-3.2.2-1]'],
  [5, '5.0 [MQTT-3.1.2-4] [MQTT-3.1.4-4] [MQTT-3.1.4-5] [MQTT-3.2.2-2] [MQTT-4.1.0-2]'],
] as const)
  test(`${clauses}: a clean start is accepted with 0, no session present, and no subscription of an earlier connection`, async () => {
    const bench = await startBench()
    const first = await bench.connect({ level })
    await subscribe(first, level, 'a', 0)
    first.close()
    await bench.until(() => bench.disconnected.length === 1)
    const second = await bench.open()

    second.send(connectPacket({ level }))

    expect(await second.take(4)).toMatch(/^20(020000|180000)$/)
    expect(await deliver(bench, 'a', {}, 'test-2')).toBe('not-subscribed')
  })

for (const [level, clauses, answer] of [
  [4, '3.1.1 [MQTT-3.2.2-3]', '20020000'],
  [5, '5.0 [MQTT-3.1.2-6] [MQTT-3.2.2-3]', '20180000'],
] as const)
  test(`${clauses}: without a clean start and without a session a new one begins, and none is present`, async () => {
    const bench = await startBench()
    const client = await bench.open()

    client.send(connect(level, 'c0', id, user, password))

    expect(await client.take(4)).toBe(answer)
  })

for (const [level, clauses, farewell] of [
  [4, '3.1.1 [MQTT-3.1.4-2]', /^$/],
  [5, '5.0 [MQTT-3.1.4-3]', /^e0..8e/],
] as const)
  test(`${clauses}: a client id that is connected already ends the earlier connection`, async () => {
    const bench = await startBench()
    const old = await bench.connect({ level })

    await bench.connect({ level })

    expect(await old.ended()).toMatch(farewell)
  })

test('5.0 [MQTT-3.1.4-1]: a receive maximum of 0 makes the CONNECT invalid: 0x82', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(connectPacket({ level: 5, properties: '21 0000' }))

  expect(await client.ended()).toBe('2003008200')
})

test('3.1.1 [MQTT-3.1.4-1] [MQTT-3.2.2-6]: a CONNECT that holds more than it should is closed without a CONNACK', async () => {
  const bench = await startBench()
  const client = await bench.open()

  client.send(packet(0x10, connectPacket().subarray(2), hex('00')))

  expect(await client.ended()).toBe('')
  expect(bench.attempts).toEqual([])
})
