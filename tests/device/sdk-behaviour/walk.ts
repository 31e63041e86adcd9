import { expect } from 'vitest'
import type { DeviceProgram, SyncedTime } from '../../support/sdk-clients/sdk-client.ts'
import type { SdkPlatform } from './platform.ts'

/*
 * What every device goes through whatever its SDK is, each step asked for through the API and seen on the device:
 * connect → report → message and event → command → message → property set and get → shadow.
 */

/** For what comes without a word: as long as a busy machine may need. */
export const patiently = { timeout: 30_000 }

/** Is let in, and seen as ONLINE. */
export async function comesOnline(platform: SdkPlatform, device: DeviceProgram): Promise<void> {
  expect(await device.connect()).toBe(0)
  expect(await platform.statusOf(device.id)).toBe('ONLINE')
}

/** A report is in the shadow, a message and an event in the log. */
export async function isHeard(platform: SdkPlatform, device: DeviceProgram): Promise<void> {
  await device.report('Env', { temperature: 21.5 })
  await device.sendMessage('opened at front')
  await device.sendEvent('Door', 'opened', { by: 'key' })

  await expect
    .poll(() => platform.shadowOf(device.id), patiently)
    .toMatchObject([{ service_id: 'Env', reported: { properties: { temperature: 21.5 } } }])
  // Without a PUBACK nothing says when it is in the log.
  await expect
    .poll(() => platform.entries(device.id, 'message-up'), patiently)
    .toMatchObject([{ payload: expect.stringContaining('opened at front') }])
  // Java has told of itself before.
  await expect
    .poll(async () => (await platform.entries(device.id, 'event-up')).at(-1), patiently)
    .toMatchObject({ payload: expect.stringContaining('"by":"key"') })
}

/** A command and its answer. */
export async function isCommanded(platform: SdkPlatform, device: DeviceProgram): Promise<void> {
  const { status, body } = await platform.call(device.id, 'POST', '/commands', {
    ...{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'on' } },
  })

  expect(status, JSON.stringify(body)).toBe(200)
  expect(body.response).toMatchObject({ result_code: 0, paras: { state: 'on' } })
  expect(await device.commands.next()).toEqual({
    ...{ requestId: body.command_id, serviceId: 'Lamp', name: 'switch', paras: { state: 'on' } },
  })
}

/** A message in the standard form whose content was an object, and one of plain bytes. */
export async function isSentMessages(platform: SdkPlatform, device: DeviceProgram): Promise<void> {
  const { body } = await platform.call(device.id, 'POST', '/messages', {
    ...{ name: 'display', message: { line1: 'hello' } },
  })

  expect(await device.messages.next()).toEqual({
    ...{ name: 'display', id: body.message_id, content: '{"line1":"hello"}' },
  })
  await expect
    .poll(
      async () => (await platform.call(device.id, 'GET', `/messages/${body.message_id}`)).body.status,
      patiently,
    )
    .toBe('DELIVERED')
}

/** Properties are set, and asked for: of one service, and of all. */
export async function isSetAndAsked(platform: SdkPlatform, device: DeviceProgram): Promise<void> {
  const set = await platform.call(device.id, 'PUT', '/properties', {
    services: [
      { service_id: 'Env', properties: { threshold: 30, unit: 'C' } },
      { service_id: 'Lamp', properties: { level: 7 } },
    ],
  })
  expect(set.status, JSON.stringify(set.body)).toBe(200)
  expect(set.body.response.result_code).toBe(0)
  expect(device.values).toEqual({ Env: { threshold: 30, unit: 'C' }, Lamp: { level: 7 } })

  const one = await platform.call(device.id, 'GET', '/properties?service_id=Lamp')
  expect(one.body.response.services).toMatchObject([{ service_id: 'Lamp', properties: { level: 7 } }])
  const all = await platform.call(device.id, 'GET', '/properties')
  expect(all.body.response.services).toMatchObject([
    { service_id: 'Env', properties: { threshold: 30, unit: 'C' } },
    { service_id: 'Lamp', properties: { level: 7 } },
  ])
}

/** It reads what applications see: all services, one, and one that it does not have. */
export async function readsItsShadow(platform: SdkPlatform, device: DeviceProgram): Promise<void> {
  await device.report('Lamp', { level: 3 })
  await platform.api('PUT', `/v5/iot/{project}/devices/${device.id}/shadow`, {
    shadow: [{ service_id: 'Lamp', desired: { level: 9 } }],
  })
  // Device protocol §4.4: the difference is pushed, and answered by taking it on.
  await expect.poll(() => device.values['Lamp'], patiently).toEqual({ level: 9 })

  await device.askShadow('Lamp')
  const { object_device_id: target, shadow } = await device.shadows.next()
  expect(target).toBe(device.id)
  expect(shadow).toMatchObject([
    {
      service_id: 'Lamp',
      desired: { properties: { level: 9 }, event_time: expect.stringMatching(/^\d{8}T\d{6}Z$/) },
      reported: { properties: { level: 3 }, event_time: expect.stringMatching(/^\d{8}T\d{6}Z$/) },
      version: expect.any(Number),
    },
  ])
  await device.askShadow()
  const services = (await device.shadows.next()).shadow.map(
    ({ service_id: id }: { service_id: string }) => id,
  )
  expect(services).toContain('Lamp')
  await device.askShadow('NoSuchService')
  expect(await device.shadows.next()).toEqual({ object_device_id: device.id, shadow: [] })
}

/** It asks for the time, and has what it needs to work its own out. */
export async function syncsTime(device: { syncTime(at: number): Promise<SyncedTime> }): Promise<void> {
  const sent = 1_704_164_645_000

  const time = await device.syncTime(sent)

  expect(time.sent).toBe(sent)
  expect(time.received).toBeGreaterThan(sent)
  expect(time.answered).toBeGreaterThanOrEqual(time.received)
}

/** It leaves, is OFFLINE, and nothing was more than it could take, nor came that nobody looked at. */
export async function leaves(platform: SdkPlatform, device: DeviceProgram): Promise<void> {
  await device.disconnect()

  await expect.poll(() => platform.statusOf(device.id), patiently).toBe('OFFLINE')
  expect(device.faults).toEqual([])
  for (const queue of [device.messages, device.commands, device.shadows, device.events])
    expect(queue.left()).toEqual([])
}

export async function walk(platform: SdkPlatform, device: DeviceProgram): Promise<void> {
  await comesOnline(platform, device)
  await isHeard(platform, device)
  await isCommanded(platform, device)
  await isSentMessages(platform, device)
  await isSetAndAsked(platform, device)
  await readsItsShadow(platform, device)
  await leaves(platform, device)
}
