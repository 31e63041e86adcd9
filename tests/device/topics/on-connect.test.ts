import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Publish } from '../../support/sdk-clients/wire.ts'
import { type SdkPlatform, startSdkPlatform } from '../sdk-behaviour/platform.ts'
import { bodyOf, connectWired, versions } from './wired.ts'

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

describe.for(versions)('MQTT %s', ([, level]) => {
  test('device protocol §2.11: behind the CONNACK come messages, oldest first, commands, what is desired, then notices; once', async () => {
    const account = await platform.register()
    const { deviceId } = account
    const own = `/quayside/v1/{project}/devices/${deviceId}`
    await platform.api('POST', `${own}/config-tasks`, { config_content: { mode: 'eco' } })
    await platform.api('PUT', `/v5/iot/{project}/devices/${deviceId}/shadow`, {
      shadow: [{ service_id: 'Lamp', desired: { level: 9 } }],
    })
    await platform.call(deviceId, 'POST', '/async-commands', { paras: { n: 1 }, send_strategy: 'delay' })
    for (const message of ['one', 'two', 'three'])
      await platform.call(deviceId, 'POST', '/messages', { message })

    const device = await connectWired(platform, level, account)
    const said = ({ topic, payload }: Publish) => [
      topic.replace(device.topic(''), '').split('/request_id=')[0],
      JSON.parse(payload.toString()).content,
    ]
    const messages = [await device.wire.next(), await device.wire.next(), await device.wire.next()]
    expect(messages.map(said)).toEqual(['one', 'two', 'three'].map((content) => ['messages/down', content]))
    const command = await device.wire.next()
    expect(said(command)[0]).toBe('commands')
    await device.say(command.topic.replace('commands/', 'commands/response/'), {})
    const set = await device.wire.next()
    expect([said(set)[0], bodyOf(set).services]).toEqual([
      'properties/set',
      [{ service_id: 'Lamp', properties: { level: 9 } }],
    ])
    await device.say(set.topic.replace('set/', 'set/response/'), {})
    const notice = await device.wire.next()
    expect(said(notice)[0]).toBe('events/down')
    expect(bodyOf(notice).services).toMatchObject([
      {
        service_id: '$device_config',
        event_type: 'config_update',
        paras: { config_content: { mode: 'eco' } },
      },
    ])

    await device.endQuietly()
  })
})
