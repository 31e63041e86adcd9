import { expect } from 'vitest'
import { ChildList } from '../../support/sdk-clients/child-list.ts'
import type { DeviceEvent, GatewayProgram, Json } from '../../support/sdk-clients/sdk-client.ts'
import type { SdkPlatform } from './platform.ts'
import { comesOnline, leaves, patiently } from './walk.ts'

/*
 * What every gateway goes through whatever its SDK is: it hears of its children, adds one itself, reports for them, is
 * commanded, asked and set for them, tells that they are there, and sees them go.
 */

const addChild = async (platform: SdkPlatform, gateway: GatewayProgram, nodeId: string): Promise<string> =>
  (await platform.register({ node_id: nodeId, gateway_id: gateway.id, auth_info: undefined })).deviceId

/** A notice whose version is above the one before it (device protocol §3.8.3). */
async function isTold(
  gateway: GatewayProgram,
  list: ChildList,
  eventType: string,
): Promise<readonly string[]> {
  const event = await gateway.events.next()
  expect(event.eventType).toBe(eventType)
  // It is about the gateway itself.
  expect(event.child).toBeUndefined()
  expect(list.take(event)).toBe('taken')
  return event.paras.devices.map(({ device_id: id }: Json) => id)
}

/** An answer with both arrays, and the event id of the request where it had one. */
async function isAnswered(
  gateway: GatewayProgram,
  request: string,
  answer: string,
  paras: Json,
): Promise<Json> {
  const sent = await gateway.request(request, paras)
  const event: DeviceEvent = await gateway.events.next()
  expect([event.serviceId, event.eventType]).toEqual(['$sub_device_manager', answer])
  expect(event.eventId).toMatch(/^[0-9a-f-]{36}$/)
  expect(event.eventId).toBe(sent ?? event.eventId)
  expect(Object.keys(event.paras).toSorted()).toEqual(['failed_devices', 'successful_devices'])
  return event.paras
}

/** 25 children that came while it was away: 3 notices of at most 10, with rising versions, and none twice. */
export async function hearsOfChildren(
  platform: SdkPlatform,
  gateway: GatewayProgram,
): Promise<readonly string[]> {
  const children: string[] = []
  for (let number = 1; number <= 25; number++)
    children.push(await addChild(platform, gateway, `${gateway.id.slice(-6)}-c${number}`))
  await comesOnline(platform, gateway)
  const list = new ChildList()

  await gateway.askChildren(list.version)

  const told = async () => (await isTold(gateway, list, 'add_sub_device_notify')).length
  expect([await told(), await told(), await told()]).toEqual([10, 10, 5])
  expect([...list.byNode.values()].map(({ device_id: id }) => id)).toEqual(children)
  // It has all: nothing is sent, so that the answer to the next request comes first.
  await gateway.askChildren(list.version)
  const ghost = { device_statuses: [{ device_id: 'ghost', status: 'ONLINE' }] }
  const { failed_devices: failed } = await isAnswered(
    gateway,
    'sub_device_update_status',
    'sub_device_update_status_response',
    ghost,
  )
  expect(failed).toMatchObject([{ device_id: 'ghost', error_code: 'IOTDA.014000' }])
  return children
}

/** A child that it adds itself, that comes online, and that it deletes. */
export async function managesChildren(platform: SdkPlatform, gateway: GatewayProgram): Promise<void> {
  const list = new ChildList()
  const node_id = `${gateway.id.slice(-6)}-own`

  const added = await isAnswered(gateway, 'add_sub_device_request', 'add_sub_device_response', {
    devices: [
      { node_id, product_id: platform.productId, name: 'meter' },
      { node_id: 'astray', product_id: 'none' },
    ],
  })
  const child: string = added.successful_devices[0].device_id
  expect(child).toBe(`${platform.productId}_${node_id}`)
  expect(added.failed_devices).toMatchObject([{ node_id: 'astray', product_id: 'none' }])
  expect(await isTold(gateway, list, 'add_sub_device_notify')).toEqual([child])

  const device_statuses = [{ device_id: child, status: 'ONLINE' }]
  const [request, answer] = ['sub_device_update_status', 'sub_device_update_status_response'] as const
  expect(await isAnswered(gateway, request, answer, { device_statuses })).toEqual({
    ...{ successful_devices: device_statuses, failed_devices: [] },
  })
  expect(await platform.statusOf(child)).toBe('ONLINE')

  const deleted = await isAnswered(gateway, 'delete_sub_device_request', 'delete_sub_device_response', {
    devices: [child, 'ghost'],
  })
  expect(deleted).toMatchObject({
    ...{ successful_devices: [child], failed_devices: [{ device_id: 'ghost' }] },
  })
  expect(await isTold(gateway, list, 'delete_sub_device_notify')).toEqual([child])
  expect(list.byNode.size).toBe(0)
}

/** Reports for two children and for itself in one batch. */
export async function reportsForChildren(
  platform: SdkPlatform,
  gateway: GatewayProgram,
  [one = '', two = '']: readonly string[],
): Promise<void> {
  await gateway.reportChildren(
    [one, two, gateway.id].map((deviceId, index) => ({
      ...{ deviceId, serviceId: 'Env', properties: { temperature: 20 + index } },
    })),
  )

  for (const [deviceId, temperature] of [
    [one, 20],
    [two, 21],
    [gateway.id, 22],
  ] as const)
    await expect
      .poll(() => platform.shadowOf(deviceId), patiently)
      .toMatchObject([{ service_id: 'Env', reported: { properties: { temperature } } }])
}

/** What is sent to a child comes to its gateway, under the child's name, and is answered there. */
export async function speaksForChild(
  platform: SdkPlatform,
  gateway: GatewayProgram,
  child: string,
): Promise<void> {
  const commanded = await platform.call(child, 'POST', '/commands', {
    ...{ service_id: 'Lamp', command_name: 'switch', paras: { state: 'off' } },
  })
  expect(commanded.status, JSON.stringify(commanded.body)).toBe(200)
  expect(commanded.body.response.paras).toEqual({ state: 'off' })
  expect(await gateway.commands.next()).toMatchObject({ child, name: 'switch' })

  const services = [{ service_id: 'Lamp', properties: { level: 4 } }]
  expect((await platform.call(child, 'PUT', '/properties', { services })).status).toBe(200)
  expect(gateway.childValues[child]).toEqual({ Lamp: { level: 4 } })
  const asked = await platform.call(child, 'GET', '/properties?service_id=Lamp')
  expect(asked.body.response.services).toMatchObject(services)

  const { body } = await platform.call(child, 'POST', '/messages', { message: 'for the child' })
  expect(await gateway.messages.next()).toEqual({
    ...{ object_device_id: child, id: body.message_id, content: 'for the child' },
  })

  await gateway.askShadowOf(child)
  const { object_device_id: target, shadow } = await gateway.shadows.next()
  expect(target).toBe(child)
  expect(shadow).toContainEqual(
    expect.objectContaining({
      ...{ service_id: 'Lamp', reported: expect.objectContaining({ properties: { level: 4 } }) },
    }),
  )
}

export async function walkAsGateway(platform: SdkPlatform, gateway: GatewayProgram): Promise<void> {
  const children = await hearsOfChildren(platform, gateway)
  await reportsForChildren(platform, gateway, children)
  await speaksForChild(platform, gateway, children[2] ?? '')
  await managesChildren(platform, gateway)
  await leaves(platform, gateway)
}
