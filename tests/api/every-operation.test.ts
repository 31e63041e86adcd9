import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { BridgeId } from '../../src/base/ids.ts'
import { operations } from '../../src/operations/all.ts'
import type { Operation } from '../../src/operations/operation.ts'
import { saveAccessKey } from '../../src/store/access-keys.ts'
import { insertAsyncCommand } from '../../src/store/async-commands.ts'
import { insertBridge } from '../../src/store/bridges.ts'
import { insertCaCertificate } from '../../src/store/ca-certificates.ts'
import type { DevicePolicy } from '../../src/domain/policy/device-policy.ts'
import { insertDevicePolicy } from '../../src/store/device-policies.ts'
import { insertDevice } from '../../src/store/devices.ts'
import { insertMessage } from '../../src/store/messages.ts'
import { insertProduct } from '../../src/store/products.ts'
import { insertSpace } from '../../src/store/spaces.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

/*
 * What must hold of each operation, those among them that are yet to be written: who may call it, with what, and that
 * another project's objects are not there (safety, threats 7 and 9).
 */

let platform: PlatformApi
let cookie: string
let csrf: string
/** By the names of path parameters: objects of the other project. */
let theirs: Readonly<Record<string, string>>
beforeAll(async () => {
  platform = await startPlatformApi({
    limits: { failedCallsPerMinuteMax: 10_000 },
    deps: { readConnection: () => Promise.resolve(undefined) },
  })
  const { store, build, otherProjectId: projectId, user } = platform
  const space = build.aSpace({ ...build.aProject(), projectId })
  const product = build.aProduct(space)
  const device = build.aDevice(product)
  await insertSpace(store, space)
  await insertProduct(store, product)
  await insertDevice(store, device)
  const certificate = build.aCaCertificate(space)
  await insertCaCertificate(store, certificate)
  const policy: DevicePolicy = {
    ...{ key: build.ids.rowKey(), projectId, spaceId: space.spaceId, name: 'theirs', statements: [] },
    ...{ createdAt: 0, updatedAt: 0 },
  }
  await insertDevicePolicy(store, policy)
  theirs = {
    app_id: space.spaceId,
    product_id: product.productId,
    device_id: device.deviceId,
    certificate_id: certificate.key,
    connection_id: '123456789012',
    file_id: '1'.repeat(24),
    task_id: '1'.repeat(24),
    access_key: 'AKOFANOTHERPROJECT01',
    message_id: 'their-message',
    command_id: 'their-command',
    policy_id: policy.key,
    bridge_id: 'their-bridge',
  }
  await insertBridge(store, {
    ...{ key: build.ids.rowKey(), projectId, bridgeId: 'their-bridge' as BridgeId, name: 'Theirs' },
    ...{ secret: 'a-secret', createdAt: 0 },
  })
  await insertMessage(store, {
    ...{ key: build.ids.rowKey(), projectId, deviceKey: device.key, deviceId: device.deviceId },
    ...{ carrierId: device.deviceId, messageId: 'their-message', content: 'x', encoding: 'none' },
    ...{ payloadFormat: 'raw', topic: { kind: 'system' }, ttlMinutes: 5, status: 'PENDING' },
    ...{ createdAt: 0, expiresAt: 0 },
  })
  await insertAsyncCommand(store, {
    ...{ key: build.ids.rowKey(), projectId, deviceKey: device.key, deviceId: device.deviceId },
    ...{ carrierId: device.deviceId, commandId: 'their-command', paras: {}, strategy: 'delay' },
    ...{ expireSeconds: 60, status: 'PENDING', createdAt: 0, expiresAt: 0 },
  })
  const secret = 'a secret of forty characters, or nearly so'
  await saveAccessKey(store, { accessKey: 'AKOFANOTHERPROJECT01', secret, projectId, createdAt: 0 })
  const body = { username: user.name, password: user.password }
  const answer = await platform.bare('POST', '/quayside/v1/session', { body })
  cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? ''
  csrf = answer.body.csrf_token
})
afterAll(() => platform.close())
beforeEach(() => void platform.audited())

const nobodys: typeof theirs = {
  app_id: 'nobodys-space',
  product_id: 'nobodys-product',
  device_id: 'nobodys-device',
  certificate_id: '2'.repeat(24),
  connection_id: '210987654321',
  file_id: '2'.repeat(24),
  task_id: '2'.repeat(24),
  access_key: 'AKOFNOBODY0000000001',
  message_id: 'nobodys-message',
  command_id: 'nobodys-command',
  policy_id: '3'.repeat(24),
  bridge_id: 'nobodys-bridge',
}

const pathOf = ({ url }: Operation, projectId: string, ids = theirs): string =>
  url.replaceAll(/:(\w+)/g, (_whole, name: string) => {
    const id = name === 'project_id' ? projectId : ids[name]
    if (id === undefined) throw new Error(`no object of the other project is known for :${name}`)
    return id
  })

const asked = async ({ method }: Operation, path: string, headers: Readonly<Record<string, string>>) => {
  const answer = await platform.bare(method, path, {
    headers,
    ...(method === 'POST' || method === 'PUT' ? { body: {} } : {}),
  })
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return answer
}

const named = (chosen: readonly Operation[]) => chosen.map((one) => [one.id, one] as const)
const closed = operations.filter(({ access }) => access !== 'public' && access !== 'optional')

test.for(named(closed))('%s is for those who show who they are', async ([, one]) => {
  expect((await asked(one, pathOf(one, platform.projectId), {})).status).toBe(401)
})

test.for(named(closed.filter(({ method }) => method !== 'GET')))(
  '%s is no page of another site’s to ask for, nor of anyone without the session’s token',
  async ([, one]) => {
    const path = pathOf(one, platform.projectId)
    const without = await asked(one, path, { cookie })
    const foreign = await asked(one, path, { cookie, 'x-csrf-token': csrf, 'sec-fetch-site': 'cross-site' })

    expect([without.status, without.text.includes('X-CSRF-Token')]).toEqual([403, true])
    expect([foreign.status, foreign.text.includes('another site')]).toEqual([403, true])
  },
)

describe('of another project', () => {
  const ofProject = closed.filter(({ url }) => url.includes(':project_id'))

  test.for(named(ofProject))('%s is refused', async ([, one]) => {
    const headers = { cookie, 'x-csrf-token': csrf }
    expect((await asked(one, pathOf(one, platform.otherProjectId), headers)).status).toBe(403)
  })

  test.for(named(ofProject.filter(({ url }) => /:(?!project_id)/.test(url))))(
    '%s answers to an id of theirs as to one that nobody has, and changes nothing',
    async ([, one]) => {
      const headers = { cookie, 'x-csrf-token': csrf }
      const to = async (ids: typeof theirs) => {
        const { status, text } = await asked(one, pathOf(one, platform.projectId, ids), headers)
        const said = Object.values(ids).reduce((rest, id) => rest.replaceAll(id, 'ID'), text)
        return { status, said: said.replace(/"request_id":"[^"]*"/, '') }
      }
      const answer = await to(theirs)

      expect(answer).toEqual(await to(nobodys))
      expect([400, 403, 404]).toContain(answer.status)
      expect(platform.audited()).toEqual([])
      expect(platform.faults()).toEqual([])
    },
  )
})
