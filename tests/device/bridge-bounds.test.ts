import { expect, test } from 'vitest'
import type { BridgeId, DeviceId, ProductId, ProjectId, SpaceId } from '../../src/base/ids.ts'
import { parseClientId } from '../../src/domain/device/client-id.ts'
import type { BridgeNotice } from '../../src/listener/ports.ts'
import { admit, type BenchOptions, deferred, startBench, verdictOf } from '../support/listener-bench.ts'
import { publishPacket, type RawClient } from '../support/raw-client.ts'

/*
 * What one connection of a bridge may do at most, and what becomes of requests that cross each other: a listener whose
 * surroundings are faked, and bytes on a socket (device protocol §3.10, safety R10, R11).
 */

const bridgeId = 'br1' as BridgeId
const project = '0'.repeat(32) as ProjectId

/** Bridges come as themselves; their devices are let in unless `refuse` says otherwise. */
async function startBridgeBench({
  refuse = () => false,
  ...options
}: Partial<BenchOptions> & { refuse?(deviceId: string): boolean } = {}) {
  const notices: BridgeNotice[] = []
  const bench = await startBench({
    onBridgeNotice: (notice) => void notices.push(notice),
    authenticate(attempt) {
      const { clientId } = attempt.connect
      if (parseClientId(clientId)?.kind === 'bridge') {
        const deviceId = 'bridge/br1' as DeviceId
        const grant = { deviceId, bridgeId, projectId: project, spaceId: '' as SpaceId }
        return Promise.resolve({
          verdict: verdictOf(attempt, 'bridge-accepted'),
          grant: { ...grant, productKey: '', productId: '' as ProductId, clientId },
        })
      }
      return Promise.resolve(
        refuse(attempt.connect.username ?? '')
          ? { verdict: verdictOf(attempt, 'password-wrong') }
          : admit(attempt),
      )
    },
    ...options,
  })
  const bridge = await bench.connect({ deviceId: 'br1', clientId: 'br1_3_0_2026112207' })
  return { bench, bridge, notices }
}

let lastId = 0
const send = (client: RawClient, device: string, below: string, payload: string) =>
  client.send(
    publishPacket({
      topic: `$oc/bridges/br1/devices/${device}/${below}`,
      payload,
      id: (lastId = (lastId % 0xffff) + 1),
    }),
  )
const login = JSON.stringify({ sign_type: 0, timestamp: '2026112207', password: 'x' })
const logIn = (client: RawClient, device: string, request = 'r') =>
  send(client, device, `sys/login/request_id=${request}`, login)
const answerOf = (device: string, act: string, body: object, request = 'r') =>
  publishPacket({
    topic: `$oc/bridges/br1/devices/${device}/sys/${act}/response/request_id=${request}`,
    payload: JSON.stringify(body),
    qos: 0,
  }).toString('hex')

/** Takes PUBACKs and answers, in whichever order they come, until all of `answers` were there, and nothing else. */
async function takeAnswers(client: RawClient, answers: readonly string[]): Promise<void> {
  const came: string[] = []
  while (came.length < answers.length) {
    const head = await client.take(2)
    const packet = head + (await client.take(parseInt(head.slice(2), 16)))
    if (!packet.startsWith('40')) came.push(packet)
  }
  expect(came.toSorted()).toEqual(answers.toSorted())
}

const done = { result_code: 0 }
const failed = { result_code: 3 }

test('device protocol §3.10, vector K09: a device is logged in on the topic of the vector', async () => {
  const { bench, bridge } = await startBridgeBench()

  logIn(bridge, 'dev9', '77')

  await takeAnswers(bridge, [answerOf('dev9', 'login', done, '77')])
  expect(bench.attempts[1]).toMatchObject({
    bridge: { bridgeId, projectId: project },
    connect: { clientId: 'dev9_0_0_2026112207', username: 'dev9' },
  })
})

test('device protocol §3.10, vector K10: the C SDK leaves out /sys of a batch, which is that of the device', async () => {
  const { bench, bridge } = await startBridgeBench()
  logIn(bridge, 'dev9')
  await takeAnswers(bridge, [answerOf('dev9', 'login', done)])

  send(bridge, 'dev9', 'gateway/sub_devices/properties/report', '{"devices":[]}')

  await bench.until(() => bench.uplinks.length === 1)
  expect(bench.uplinks).toMatchObject([
    {
      kind: 'gateway-report',
      deviceId: 'dev9',
      topic: '$oc/devices/dev9/sys/gateway/sub_devices/properties/report',
    },
  ])
})

test('R11: so many devices through one connection; one that logs out makes room', async () => {
  const { bench, bridge } = await startBridgeBench({ limits: { bridgeDevicesMax: 2 } })

  for (const device of ['dev1', 'dev2']) logIn(bridge, device)
  await takeAnswers(
    bridge,
    ['dev1', 'dev2'].map((device) => answerOf(device, 'login', done)),
  )
  logIn(bridge, 'dev3')
  await takeAnswers(bridge, [answerOf('dev3', 'login', failed)])
  expect(bench.refusals).toMatchObject([
    { code: 'bridge-devices-too-many', subject: { deviceId: 'dev3', bridgeId, projectId: project } },
  ])

  logIn(bridge, 'dev1', 'again')
  await takeAnswers(bridge, [answerOf('dev1', 'login', done, 'again')])
  send(bridge, 'dev1', 'sys/logout/request_id=r', '')
  await takeAnswers(bridge, [answerOf('dev1', 'logout', done)])
  logIn(bridge, 'dev3', 'r2')
  await takeAnswers(bridge, [answerOf('dev3', 'login', done, 'r2')])
  expect(bench.disconnected).toEqual([{ connection: 'test-1.1', cause: 'logged-out' }])
})

test('R11: so many logins a second; the others are told to come again', async () => {
  const { bench, bridge } = await startBridgeBench({ limits: { bridgeLoginsPerSecondMax: 3 } })
  const all = ['a', 'b', 'c', 'd', 'e']

  for (const device of all) logIn(bridge, device)
  await takeAnswers(
    bridge,
    all.map((device, index) => answerOf(device, 'login', index < 3 ? done : failed)),
  )
  expect(bench.refusals.map(({ code }) => code)).toEqual(['bridge-logins-too-many', 'bridge-logins-too-many'])
  bench.clock.advance(1000)
  logIn(bridge, 'd', 'r2')
  await takeAnswers(bridge, [answerOf('d', 'login', done, 'r2')])
})

test('S2: a bridge that guesses the secret of a device is kept from this device for the minute, and told why, also when it connects anew', async () => {
  let right = false
  const options = { limits: { bridgeGuessesPerMinuteMax: 2 } }
  const { bench, bridge } = await startBridgeBench({ ...options, refuse: (id) => id === 'dev1' && !right })
  for (const guess of ['g1', 'g2']) {
    logIn(bridge, 'dev1', guess)
    await takeAnswers(bridge, [answerOf('dev1', 'login', { result_code: 1 }, guess)])
  }

  right = true
  const asked = bench.attempts.length
  logIn(bridge, 'dev1', 'g3')
  await takeAnswers(bridge, [answerOf('dev1', 'login', failed, 'g3')])
  const again = await bench.connect({ deviceId: 'br1', clientId: 'br1_3_0_2026112207' })
  logIn(again, 'dev1', 'g4')
  await takeAnswers(again, [answerOf('dev1', 'login', failed, 'g4')])

  expect(bench.attempts).toHaveLength(asked + 1)
  expect(bench.refusals.map(({ code }) => code)).toEqual([
    ...['password-wrong', 'password-wrong'],
    ...['bridge-guesses', 'bridge-guesses'],
  ])
  logIn(again, 'dev2')
  await takeAnswers(again, [answerOf('dev2', 'login', done)])
  bench.clock.advance(60_000)
  logIn(again, 'dev1', 'g5')
  await takeAnswers(again, [answerOf('dev1', 'login', done, 'g5')])
})

test('R11: a bridge that connects anew begins no new second of logins; new secrets count as logins', async () => {
  const { bench, bridge } = await startBridgeBench({ limits: { bridgeLoginsPerSecondMax: 2 } })
  for (const device of ['a', 'b']) logIn(bridge, device)
  await takeAnswers(
    bridge,
    ['a', 'b'].map((device) => answerOf(device, 'login', done)),
  )

  const secrets = JSON.stringify({ old_secret: 'old-secret', new_secret: 'new-secret' })
  send(bridge, 'a', 'sys/reset_secret/request_id=r', secrets)
  await takeAnswers(bridge, [answerOf('a', 'reset_secret', { ...failed, paras: {} })])
  const again = await bench.connect({ deviceId: 'br1', clientId: 'br1_3_0_2026112207' })
  logIn(again, 'c')
  await takeAnswers(again, [answerOf('c', 'login', failed)])

  expect(bench.refusals.map(({ code }) => code)).toEqual(['bridge-logins-too-many', 'bridge-logins-too-many'])
})

test('R11: ten thousand logins at once are answered one by one; when the bridge ends each of its devices is told of', async () => {
  const { bench, bridge } = await startBridgeBench({ limits: { bridgeLoginsPerSecondMax: 20_000 } })
  const all = Array.from({ length: 10_001 }, (_, index) => `d${index}`)

  for (const device of all) logIn(bridge, device)
  await takeAnswers(
    bridge,
    all.map((device, index) => answerOf(device, 'login', index < 10_000 ? done : failed)),
  )
  send(bridge, 'd9999', 'sys/properties/report', '{"services":[]}')
  await bench.until(() => bench.uplinks.length === 1)
  expect(bench.uplinks).toMatchObject([
    {
      kind: 'report',
      deviceId: 'd9999',
      topic: '$oc/devices/d9999/sys/properties/report',
      isPlainReport: true,
    },
  ])
  bridge.close()

  await bench.until(() => bench.disconnected.length === 10_001)
  expect(new Set(bench.disconnected.map(({ connection }) => connection)).size).toBe(10_001)
  expect(bench.disconnected.filter(({ cause }) => cause === 'bridge-offline')).toHaveLength(10_000)
})

test('requests for one device are taken in their order, though the first takes long', async () => {
  const claimed = deferred<void>()
  const { bench, bridge } = await startBridgeBench({
    onConnected: (_, { connection }) => (connection === 'test-1' ? Promise.resolve() : claimed.promise),
  })

  logIn(bridge, 'dev1')
  send(bridge, 'dev1', 'sys/logout/request_id=r', '')
  await bench.until(() => bench.connected.length === 2)
  claimed.resolve()

  const login = answerOf('dev1', 'login', done)
  const packets = (await bridge.take(4 + 4 + login.length / 2)).toString()
  expect(packets.endsWith(login)).toBe(true)
  await takeAnswers(bridge, [answerOf('dev1', 'logout', done)])
})

test('§2.9: whoever ends, or is taken over, while a device is being logged in, leaves no session behind', async () => {
  const claimed = deferred<void>()
  const { bench, bridge } = await startBridgeBench({
    onConnected: (_, { connection }) => (connection.endsWith('.1') ? claimed.promise : Promise.resolve()),
  })
  logIn(bridge, 'dev1')
  await bench.until(() => bench.connected.length === 2)

  bridge.close()
  await bench.until(() => bench.disconnected.length === 1)
  claimed.resolve()

  await bench.until(() => bench.disconnected.length === 2)
  expect(bench.disconnected[1]).toEqual({ connection: 'test-1.1', cause: 'bridge-offline' })
  const younger = await bench.connect({ deviceId: 'dev1' })
  younger.send('c000')
  expect(await younger.take(2)).toBe('d000')
})

test('safety S7: a device that changes while it is being logged in is judged again', async () => {
  const first = deferred<void>()
  let asked = 0
  const { bench, bridge } = await startBridgeBench({
    refuse: () => ++asked > 1,
    onConnected: (_, { connection }) => (connection === 'test-1' ? Promise.resolve() : first.promise),
  })

  logIn(bridge, 'dev1')
  await bench.until(() => bench.connected.length === 2)
  bench.listener.recheck('dev1' as DeviceId)
  first.resolve()

  await takeAnswers(bridge, [answerOf('dev1', 'login', { result_code: 1 })])
  expect(bench.disconnected).toEqual([{ connection: 'test-1.1', cause: 'refused' }])
})

test('R3: a claim that cannot be written lets nobody in, and is told', async () => {
  const { bench, bridge } = await startBridgeBench({
    onConnected: (_, { connection }) =>
      connection === 'test-1' ? Promise.resolve() : Promise.reject(new Error('disk')),
  })

  logIn(bridge, 'dev1')
  await takeAnswers(bridge, [answerOf('dev1', 'login', failed)])

  expect(bench.refusals).toMatchObject([{ code: 'server-unavailable' }])
  expect(bench.disconnected).toEqual([])
  send(bridge, 'dev1', 'sys/properties/report', '{}')
  await bench.until(() => bench.drops.length + bench.uplinks.length === 0)
})

test('S4: whatever stands in a topic or a payload of a bridge is acknowledged, and does no harm', async () => {
  const { bench, bridge, notices } = await startBridgeBench()
  const requests = [
    ['dev1', 'sys/login/request_id=1', '{"timestamp":1}'],
    ['dev1', 'sys/login/request_id=2', 'not json'],
    ['dev1', 'sys/login/request_id=3', '['.repeat(4000)],
    ['__proto__', 'sys/logout/request_id=4', ''],
    ['dev1', 'sys/reset_secret/request_id=5', '{"old_secret":{},"new_secret":[]}'],
  ] as const
  const others = [
    ['dev1', 'sys/login/request_id=6', 'x'.repeat(5000)],
    ['dev1', 'sys/login', login],
    ['dev1', 'sys/login/request_id=a/b', login],
    ['', 'sys/login/request_id=7', login],
    ['dev1', 'user/a', 'x'],
    ['dev1', 'sys/bootstrap/up', 'x'],
    ['dev1', 'sys/login/response/request_id=8', '{}'],
    ['dev1/../dev2', 'sys/properties/report', '{}'],
  ] as const

  for (const [device, below, payload] of [...requests, ...others]) send(bridge, device, below, payload)
  await bench.until(() => bench.drops.length === others.length && notices.length === requests.length)
  logIn(bridge, 'dev1', 'end')
  let seen = ''
  while (!seen.includes(answerOf('dev1', 'login', done, 'end'))) seen += await bridge.take(1)

  expect(bench.uplinks).toEqual([])
  // Those of one device in their order, whatever another's are.
  expect(notices.map(({ code }) => code).toSorted()).toEqual([
    'bridge-device-not-logged-in',
    'payload-invalid',
    'payload-invalid',
    'payload-not-json',
    'payload-not-json',
  ])
  expect(bench.drops.map(({ deviceId }) => deviceId)).toEqual(others.map(() => 'bridge/br1'))
})
