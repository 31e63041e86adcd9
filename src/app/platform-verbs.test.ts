import { expect, onTestFinished, test } from 'vitest'
import { startPlatformApi } from '../../tests/support/platform-api.ts'
import { limits } from '../base/limits.ts'
import { platformVerbs } from './platform-verbs.ts'

test('the token that the control socket gives lets its project in, for an hour', async () => {
  const platform = await startPlatformApi()
  onTestFinished(() => platform.close())
  const verbs = platformVerbs({
    store: platform.store,
    clock: platform.clock,
    config: { bind: '127.0.0.1', publicHost: 'localhost' },
    projectId: platform.projectId,
    ports: { http: 1, https: 2, mqtt: 3, mqtts: 4 },
    ca: 'the CA',
    health: async () => ({ ok: true }),
  })

  const entry = await verbs['platform.enter']?.({})

  expect(entry).toMatchObject({
    pid: process.pid,
    ports: { http: 1, https: 2, mqtt: 3, mqtts: 4 },
    project_id: platform.projectId,
    ca: 'the CA',
    health: { ok: true },
  })
  const { token } = entry as { readonly token: string }
  const call = async () =>
    (await platform.bare('GET', '/v5/iot/{project}/products', { headers: { 'x-auth-token': token } })).status
  expect(await call()).toBe(200)
  platform.clock.advance(limits.controlTokenLifeMillis + 1)
  expect(await call()).toBe(403)
})
