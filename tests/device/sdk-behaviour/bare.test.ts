import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { BareDevice, overWebSocket, TinyDevice } from '../../support/sdk-clients/bare.ts'
import { overTls } from '../../support/sdk-clients/wire.ts'
import { type SdkPlatform, startSdkPlatform } from './platform.ts'
import { walkAsGateway } from './gateway-walk.ts'
import { walk } from './walk.ts'

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

describe.for([
  ['3.1', 'mqtt', 'mqtt', { protocolVersion: 3, protocolId: 'MQIsdp' }],
  ['3.1.1', 'mqtt', 'mqtt', { protocolVersion: 4 }],
  ['3.1.1', 'mqtts', 'mqtts', { protocolVersion: 4 }],
  ['5.0', 'mqtt', 'mqtt', { protocolVersion: 5 }],
  ['5.0', 'mqtts', 'mqtts', { protocolVersion: 5 }],
  ['3.1.1', 'ws', 'http', { protocolVersion: 4 }],
  ['5.0', 'wss', 'https', { protocolVersion: 5 }],
] as const)('MQTT.js, %s over %s', ([version, scheme, port, options]) => {
  test(`device protocol §8 lines 1, 4, 5, 6, bare MQTT ${version} over ${scheme}: walks from connect to shadow with one SUBSCRIBE at QoS 1`, async () => {
    const path = scheme.startsWith('ws') ? '/mqtt' : ''
    const url = `${scheme}://localhost:${platform.quayside.ports[port]}${path}`

    await walk(platform, new BareDevice(await platform.register(), url, { ...options, ca: platform.ca }))
  })
})

test('device protocol §8 lines 8, 9, bare MQTT 3.1.1 and 5.0, and Tiny: a gateway hears of 25 children, reports and speaks for them, adds and deletes', async () => {
  const url = `mqtts://localhost:${platform.quayside.ports.mqtts}`
  const bare = async (protocolVersion: 4 | 5) =>
    new BareDevice(await platform.register(), url, { protocolVersion, ca: platform.ca })
  const tiny = new TinyDevice(
    await platform.register(),
    overWebSocket(`ws://127.0.0.1:${platform.quayside.ports.http}/mqtt`),
  )
  for (const gateway of [await bare(4), await bare(5), tiny]) await walkAsGateway(platform, gateway)
  expect.hasAssertions()
})

describe('Tiny', () => {
  test('device protocol §8 lines 1, 4, 5, 6, Tiny over plain and TLS: walks from connect to shadow at QoS 0 throughout', async () => {
    for (const opening of [
      platform.opening('plain'),
      overTls(platform.quayside.ports.mqtts, { ca: platform.ca }),
    ])
      await walk(platform, new TinyDevice(await platform.register(), opening))
  })

  test('device protocol §1.1, Tiny over ws and wss, paths /mqtt and /: walks from connect to shadow', async () => {
    const { http, https } = platform.quayside.ports
    for (const opening of [
      overWebSocket(`ws://127.0.0.1:${http}/mqtt`),
      overWebSocket(`ws://127.0.0.1:${http}/`),
      overWebSocket(`wss://localhost:${https}/mqtt`, { ca: platform.ca }),
    ])
      await walk(platform, new TinyDevice(await platform.register(), opening))
    expect.hasAssertions()
  })
})
