import { strict as assert } from 'node:assert'
import { afterEach, expect, test } from 'vitest'
import { limits } from '../../src/base/limits.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { createAuthenticator } from '../../src/device-auth/authenticate.ts'
import { createDeviceHttp, type DeviceHttp } from '../../src/device-http/device-http.ts'
import { findDeviceToken, saveDeviceToken } from '../../src/store/device-tokens.ts'
import { findDeviceAnywhere, insertDevice } from '../../src/store/devices.ts'
import { insertProduct } from '../../src/store/products.ts'
import { findDefaultSpace } from '../../src/store/spaces.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'
import { productId } from '../support/registry.ts'
import { hourOf, passwordOf } from '../support/sdk-clients/sdk-client.ts'
import { secretsOnly } from '../support/unasked.ts'

/* How long the tokens of device protocol §5.1 live: over HTTP, with the real registry, under a clock that is stepped. */

let platform: PlatformApi
afterEach(() => platform.close())

/** The HTTP API of devices for one device with a secret; what it sends is taken and not kept. */
async function startDeviceHttp() {
  const http: { served?: DeviceHttp } = {}
  const served = (): DeviceHttp => {
    assert(http.served)
    return http.served
  }
  platform = await startPlatformApi({
    options: {
      posts: [
        { url: '/v5/device-auth', run: (call) => served().logIn(call) },
        {
          url: '/v5/devices/:device_id/sys/properties/report',
          async run({ params, ...call }) {
            await served().send('properties/report', params['device_id'] ?? '', call)
            return undefined
          },
        },
      ],
    },
  })
  const { store, clock, build } = platform
  const space = await findDefaultSpace(store, platform.projectId)
  assert(space)
  const product = build.aProduct(space, { productId: productId('prod') })
  await insertProduct(store, product)
  const device = build.aDevice(product, {
    auth: { type: 'SECRET', secret: 'a-secret-for-http', secureAccess: false, timeoutSeconds: 0 },
  })
  await insertDevice(store, device)
  const authenticator = createAuthenticator({
    ...{ ...secretsOnly, clock, limits, logger: silentLogger },
    findDevice: (deviceId) => findDeviceAnywhere(store, deviceId),
    findBridge: () => Promise.resolve(undefined),
  })
  http.served = createDeviceHttp({
    ...{ clock, limits },
    authenticate: (attempt) => authenticator.authenticate(attempt),
    onRefused: () => Promise.resolve(),
    findDevice: (deviceId) => findDeviceAnywhere(store, deviceId),
    findPlace: () => undefined,
    accept: () => Promise.resolve({ reasonCode: 0 }),
    saveToken: (token, replacedLiveMillis) => saveDeviceToken(store, token, replacedLiveMillis),
    findToken: (sha256) => findDeviceToken(store, sha256, clock.now()),
    onSeen: () => Promise.resolve(),
  })
  const { deviceId, auth } = device
  return {
    clock,
    async logIn(): Promise<string> {
      const timestamp = hourOf(clock.now())
      const password = passwordOf(auth.secret ?? '', timestamp).toString('hex')
      const { status, body } = await platform.bare('POST', '/v5/device-auth', {
        body: { device_id: deviceId, sign_type: 1, timestamp, password },
      })
      expect([status, body.expires_in]).toEqual([200, 86399])
      return body.access_token
    },
    async report(token: string): Promise<number> {
      const { status } = await platform.bare('POST', `/v5/devices/${deviceId}/sys/properties/report`, {
        body: { services: [{ service_id: 'Env', properties: { temperature: 1 } }] },
        headers: { access_token: token },
      })
      return status
    },
  }
}

test('device protocol §8 line 16, §5.1: a token that was replaced works 30 s longer, and then no more', async () => {
  const { clock, logIn, report } = await startDeviceHttp()
  const first = await logIn()
  clock.advance(3_600_000)
  expect(await report(first)).toBe(200)

  const second = await logIn()
  clock.advance(29_999)
  expect([await report(first), await report(second)]).toEqual([200, 200])
  clock.advance(1)

  expect([await report(first), await report(second)]).toEqual([403, 200])
})

test('device protocol §5.1: a token lives 24 hours; one that is replaced in its last seconds gains none', async () => {
  const { clock, logIn, report } = await startDeviceHttp()
  const first = await logIn()
  clock.advance(24 * 3_600_000 - 10_000)
  const second = await logIn()
  clock.advance(9_999)
  expect(await report(first)).toBe(200)
  clock.advance(1)

  expect([await report(first), await report(second)]).toEqual([403, 200])
})
