import { strict as assert } from 'node:assert'
import { createHmac } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CDevice, signBumping } from '../../support/sdk-clients/c.ts'
import { JavaDevice } from '../../support/sdk-clients/java.ts'
import { PythonDevice } from '../../support/sdk-clients/python.ts'
import {
  type Account,
  hourOf,
  type Json,
  passwordOf,
  type SdkClient,
} from '../../support/sdk-clients/sdk-client.ts'
import { connectWire, type Opening, overTls } from '../../support/sdk-clients/wire.ts'
import { type SdkPlatform, startSdkPlatform } from './platform.ts'
import { comesOnline, isHeard, leaves } from './walk.ts'

/* Devices that know the secret of a registration group, and learn the rest (device protocol §2.6 A, §3.9). */

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

interface Signed {
  readonly derived: string
  readonly timestamp: string
  readonly password: string
}

const hmac = (key: string, message: string | Buffer) =>
  createHmac('sha256', key).update(message).digest('hex')

/** Device protocol §2.6: two steps; the second signs the 64 characters of the first. */
function sign(deviceId: string, groupSecret: string): Signed {
  const timestamp = hourOf(Date.now())
  const derived = hmac(deviceId, Buffer.from(groupSecret, 'base64'))
  return { derived, timestamp, password: passwordOf(derived, timestamp).toString('hex') }
}

/** The C SDK goes on to the next hour where a digest holds a zero byte. */
function signAsC(deviceId: string, groupSecret: string): Signed {
  const { derived } = sign(deviceId, groupSecret)
  return { derived, ...signBumping(derived, hourOf(Date.now())) }
}

const sdks: readonly {
  readonly name: string
  readonly level: 4 | 5
  readonly question: string
  sign(deviceId: string, groupSecret: string): Signed
  device(account: Account, open: Opening): SdkClient
}[] = [
  {
    ...{ name: 'Python', level: 4, question: '', sign },
    device: (account, open) => new PythonDevice(account, open),
  },
  {
    ...{ name: 'Java', level: 4, question: '{"baseStrategyKeyword":"north"}', sign },
    device: (account, open) => new JavaDevice(account, open),
  },
  {
    ...{ name: 'C', level: 4, question: '', sign: signAsC },
    device: (account, open) => new CDevice(account, open, { level: 4 }),
  },
  {
    ...{ name: 'C for 5.0', level: 5, question: '', sign: signAsC },
    device: (account, open) => new CDevice(account, open, { level: 5 }),
  },
]

for (const { name, level, question, sign: signed, device } of sdks)
  test(`device protocol §8 line 13, topic 15 up, topic 15 down, ${name}: asks for its address by the secret of its group, and is heard there`, async () => {
    const init_config = { services: [{ service_id: 'Env', properties: { threshold: 30 } }] }
    const { scope_id: scope, secret } = await platform.api(
      'POST',
      '/quayside/v1/{project}/registration-groups',
      {
        ...{ name: `line of ${name}`, init_config },
      },
    )
    const deviceId = `${platform.productId}_${name.replaceAll(/\W/g, '-')}`
    const { derived, timestamp, password } = signed(deviceId, secret)
    const { wire, code } = await connectWire(platform.opening('TLS'), {
      ...{ level, clientId: `${deviceId}_0_${scope}_0_${timestamp}`, username: deviceId, password },
      ...{ keepAliveSeconds: 120, patienceMillis: 30_000 },
    })
    assert(wire, `CONNACK ${code}`)

    // It subscribes first, at QoS 0, and waits 10 s.
    expect(await wire.subscribe([`$oc/devices/${deviceId}/sys/bootstrap/down`], 0)).toEqual([0])
    expect(await wire.publish(`$oc/devices/${deviceId}/sys/bootstrap/up`, question)).toBe(0)
    const answer = await Promise.race([wire.next(), pause(10_000)])
    assert(answer, 'no answer within 10 s')
    expect([answer.topic, answer.qos]).toEqual([`$oc/devices/${deviceId}/sys/bootstrap/down`, 0])
    const body: Json = JSON.parse(answer.payload.toString())
    expect(JSON.parse(body.initConfig)).toEqual(init_config)
    await wire.disconnect()

    // Python splits at the colon; no scheme stands before it.
    const [host, port] = body.address.split(':')
    expect(host).toBe('localhost')
    const account = { deviceId, secret: body.deviceSecret ?? derived }
    const itself = device(account, overTls(Number(port), { ca: platform.ca }))
    await comesOnline(platform, itself)
    await isHeard(platform, itself)
    await leaves(platform, itself)
  })
