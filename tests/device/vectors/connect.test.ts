import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { type ConnectFields, connectPacket } from '../../support/raw-client.ts'
import vectors from '../../vectors/device-protocol-vectors.json' with { type: 'json' }
import { type JudgedBench, startJudgedBench } from './judged-bench.ts'

/*
 * The vectors about who is let in: CONNECT and CONNACK as bytes on a socket, with the product's own judgement, under a
 * clock that shows what the vector says.
 */

const secret = 'a-secret-of-vectors'
const accepted = '20020000'
const refused = (code: number) => `2002000${code}`
const passwordOf = (timestamp: string, of = secret) =>
  createHmac('sha256', timestamp).update(of).digest('hex')

/** `YYYYMMDDHH`, with hours beyond 23, as an instant. */
const instantOf = (hour: string) =>
  Date.UTC(
    Number(hour.slice(0, 4)),
    Number(hour.slice(4, 6)) - 1,
    Number(hour.slice(6, 8)),
    Number(hour.slice(8, 10)),
  )

async function connackOf(bench: JudgedBench, fields: ConnectFields): Promise<string> {
  const client = await bench.open()
  client.send(connectPacket(fields))
  return client.take(4)
}

for (const {
  id,
  device_id: deviceId,
  secret: its,
  timestamp,
  client_id: clientId,
  ...vector
} of vectors.password)
  test(`device protocol §2.2, §8 lines 1, 2, vector ${id}: ${vector.note}`, async () => {
    const bench = await startJudgedBench({ [deviceId]: its })
    bench.setTime(instantOf(vector.utc_hour_at_connect ?? timestamp))

    const { username, password } = vector
    expect(await connackOf(bench, { clientId, username, password })).toBe(accepted)
  })

for (const { id, secret: its, timestamp, password, connack_v311: code, reason } of vectors.password_negative)
  test(`device protocol §2.2, §8 line 1, vector ${id}: ${reason}`, async () => {
    const deviceId = 'prodexample_node01'
    const bench = await startJudgedBench({ [deviceId]: its })
    bench.setTime(instantOf(timestamp))

    const clientId = `${deviceId}_0_0_${timestamp}`
    expect(await connackOf(bench, { deviceId, clientId, password })).toBe(refused(code))
  })

for (const { id, client_id: clientId, parsed, connack_v311: code, note } of vectors.client_id.filter(
  ({ listener, parsed }) => listener === 'access' || parsed?.form === 'access',
))
  test(`device protocol §2.1, vector ${id}: ${note}`, async () => {
    const deviceId = parsed?.id ?? 'dev1'
    const timestamp = parsed?.timestamp ?? '2024060112'
    const bench = await startJudgedBench({ [deviceId]: secret })
    bench.setTime(instantOf(timestamp))

    const password = parsed?.sign_type === 2 ? sm3(timestamp) : passwordOf(timestamp)
    expect(await connackOf(bench, { deviceId, clientId, password })).toBe(
      code === undefined ? accepted : refused(code),
    )
  })

const sm3 = (timestamp: string) => createHmac('sm3', timestamp).update(secret).digest('hex')

for (const { id, client_id: clientId, username, connack_v311: code } of vectors.client_id_username)
  test(`device protocol §2.8, vector ${id}: user name '${username}' for ${clientId}`, async () => {
    const bench = await startJudgedBench({ dev1: secret, dev2: secret, 'bridge-7f3a': secret })

    const password = passwordOf('2024060112')
    expect(await connackOf(bench, { clientId, username, password })).toBe(
      code === undefined ? accepted : refused(code),
    )
  })

for (const { id, server_time, timestamp, sign_type: sign, accept } of vectors.timestamp_window.cases)
  test(`device protocol §2.3, vector ${id}: ${timestamp} at ${server_time} with sign type ${sign}`, async () => {
    const bench = await startJudgedBench({ dev1: secret })
    bench.setTime(Date.parse(server_time))

    const password = sign === 2 ? sm3(timestamp) : passwordOf(timestamp)
    expect(await connackOf(bench, { clientId: `dev1_0_${sign}_${timestamp}`, password })).toBe(
      accept ? accepted : refused(4),
    )
  })

for (const { id, seconds, drop_after_silence_s: silence = 0 } of vectors.keepalive.filter(
  ({ accept }) => accept,
))
  test(`device protocol §1.3, §8 line 12, vector ${id}: a keep alive of ${seconds} s, and its end in silence`, async () => {
    const bench = await startJudgedBench({ dev1: secret })
    const client = await bench.open()

    client.send(connectPacket({ keepAlive: seconds, password: passwordOf('2026112207') }))
    expect(await client.take(4)).toBe(accepted)
    bench.clock.advance(silence * 1000 - 1)
    client.send('c000')
    expect(await client.take(2), 'still there').toBe('d000')
    bench.clock.advance(silence * 1000)

    expect(await client.ended()).toBe('')
  })

for (const { id, seconds, connack_v311: code = 0 } of vectors.keepalive.filter(({ accept }) => !accept))
  test(`device protocol §1.3, §8 line 12, vector ${id}: a keep alive of ${seconds} s`, async () => {
    const bench = await startJudgedBench({ dev1: secret })
    const client = await bench.open()

    client.send(connectPacket({ keepAlive: seconds, password: passwordOf('2026112207') }))

    expect(await client.ended()).toBe(refused(code))
  })
