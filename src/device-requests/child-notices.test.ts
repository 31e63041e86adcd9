import { expect, onTestFinished, test } from 'vitest'
import { builders } from '../../tests/support/registry.ts'
import { limits } from '../base/limits.ts'
import { silentLogger } from '../base/logger.ts'
import type { Device } from '../domain/device/device.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { findChildList, noteChild } from '../store/child-lists.ts'
import { insertDevice } from '../store/devices.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { insertProduct } from '../store/products.ts'
import { insertProject } from '../store/projects.ts'
import { insertSpace } from '../store/spaces.ts'
import { createChildNotices } from './child-notices.ts'

interface Sent {
  readonly type: string
  readonly devices: number
  readonly version: number
}

/** A gateway with `count` children, and what is sent to it; `deliver` says what becomes of each notice. */
async function aGatewayWith(
  count: number,
  deliver: (sent: Sent, number: number) => Delivery | Promise<Delivery> = () => 'written',
  isConnected = () => true,
) {
  const build = builders()
  const store = openStore({ file: ':memory:', key: new Uint8Array(32) })
  await migrate(store, build.clock)
  const project = build.aProject()
  const space = build.aSpace(project)
  const product = build.aProduct(space)
  const gateway = build.aDevice(product)
  await insertProject(store, project)
  await insertSpace(store, space)
  await insertProduct(store, product)
  await insertDevice(store, gateway)
  const add = async (parent: Device = gateway): Promise<Device> => {
    const child = build.aDevice(product, { gatewayId: parent.deviceId })
    await insertDevice(store, child)
    await noteChild(store, gateway.deviceId, 'add', child)
    return child
  }
  for (let i = 0; i < count; i++) await add()
  const sent: Sent[] = []
  const logged: NewEntry[] = []
  const notices = createChildNotices({
    clock: build.clock,
    ids: build.ids,
    limits: { ...limits, childNoticePauseMillis: 1 },
    logger: silentLogger,
    store,
    downlinks: {
      async send({ payload }) {
        const { event_type, paras } = JSON.parse(Buffer.from(payload).toString()).services[0]
        const one = { type: event_type, devices: paras.devices.length, version: paras.version }
        sent.push(one)
        return deliver(one, sent.length)
      },
      broadcast: () => Promise.resolve(0),
      answers: {
        wait: () => Promise.resolve('timeout' as const),
        answered: () => false,
      },
    },
    append: async (entries) => void logged.push(...entries),
    readStatuses: () => Promise.resolve(new Map()),
    isConnected: () => Promise.resolve(isConnected()),
  })
  onTestFinished(async () => {
    await notices.close()
    await store.close()
  })
  /** What was begun has been sent. */
  const sentBy = async (begin: () => void): Promise<readonly Sent[]> => {
    begin()
    await notices.settled()
    return sent.splice(0)
  }
  const { deviceId } = gateway
  return {
    add,
    clock: build.clock,
    gateway,
    logged,
    notices,
    store,
    told: async () => (await findChildList(store, deviceId)).told,
    changed: () => sentBy(() => notices.changed(deviceId)),
    replay: (after: number) => sentBy(() => notices.replay(deviceId, after)),
  }
}

const add = (devices: number, version: number): Sent => ({ type: 'add_sub_device_notify', devices, version })
const gone = (devices: number, version: number): Sent => ({
  type: 'delete_sub_device_notify',
  devices,
  version,
})

test('device protocol §3.8.3: at most 10 devices a notice, each with a version of its own, told once', async () => {
  const { changed, add: addChild, told, logged } = await aGatewayWith(21)

  expect(await changed()).toEqual([add(10, 10), add(10, 20), add(1, 21)])
  await addChild()
  expect(await changed()).toEqual([add(1, 22)])
  expect(await changed()).toEqual([])
  expect(await told()).toBe(22)
  expect(logged).toHaveLength(4)
  expect(logged[0]).toMatchObject({ kind: 'downlink', body: { type: 'event', state: 'sent' } })
})

test('additions and deletions are told in their order, and never in one notice', async () => {
  const { changed, add: addChild, gateway, store } = await aGatewayWith(2)
  await changed()
  const [a, b, c] = [await addChild(), await addChild(), await addChild()]
  await noteChild(store, gateway.deviceId, 'delete', b)

  expect(await changed()).toEqual([add(2, 5), gone(1, 6)])
  expect([a, c].map(({ gatewayId }) => gatewayId)).toEqual([gateway.deviceId, gateway.deviceId])
})

test('device protocol §3.8.3: what is added while a notice is under way is told behind its response', async () => {
  let meanwhile = async (): Promise<void> => undefined
  const {
    changed,
    add: addChild,
    gateway,
    notices,
  } = await aGatewayWith(1, async (_, number): Promise<Delivery> => {
    if (number === 1) await meanwhile()
    return 'written'
  })
  let respond = (): void => undefined
  meanwhile = async () => {
    respond = notices.hold(gateway.deviceId)
    await addChild()
  }

  expect(await changed()).toEqual([add(1, 1)])
  expect(await changed(), 'still without its response').toEqual([])
  respond()
  expect(await changed()).toEqual([add(1, 2)])
})

test('what a gateway that is gone was not told of is told with the next change', async () => {
  let isOnline = true
  const {
    changed,
    add: addChild,
    told,
    logged,
  } = await aGatewayWith(1, () => (isOnline ? 'written' : 'offline'))
  await changed()
  isOnline = false
  await addChild()
  await changed()
  expect(await told()).toBe(1)
  expect(logged.at(-1)).toMatchObject({ body: { state: 'failed', code: 'device-offline' } })
  isOnline = true
  await addChild()

  expect(await changed()).toEqual([add(2, 3)])
})

test('nothing is tried, and nothing logged, of a gateway that is not connected', async () => {
  let isConnected = false
  const { changed, logged } = await aGatewayWith(
    12,
    () => 'written',
    () => isConnected,
  )

  expect(await changed()).toEqual([])
  expect(logged).toEqual([])
  isConnected = true
  expect(await changed()).toEqual([add(10, 10), add(2, 12)])
})

test('MQTT 5.0 §3.1.2.11.4: a notice that is too large for the gateway is told in smaller ones', async () => {
  const { changed, told } = await aGatewayWith(7, ({ devices }) => (devices > 2 ? 'too-large' : 'written'))

  expect((await changed()).filter(({ devices }) => devices <= 2)).toEqual([
    add(2, 2),
    add(2, 4),
    add(2, 6),
    add(1, 7),
  ])
  expect(await told()).toBe(7)
})

test('R12: the list of a gateway is renumbered once a minute at most, also when the clock is set back', async () => {
  const { notices, clock, gateway } = await aGatewayWith(0)
  const may = () => notices.mayRenumber(gateway.deviceId)

  expect([may(), may()]).toEqual([true, false])
  clock.advance(limits.childRenumberMillis)
  expect([may(), may()]).toEqual([true, false])
  clock.advance(-24 * 3_600_000)
  expect([may(), may()]).toEqual([true, false])
})

test('R11: when too much is on its way a notice waits, but not for ever', async () => {
  const busyTwice = await aGatewayWith(1, (_, number) => (number <= 2 ? 'busy' : 'written'))
  const busyAlways = await aGatewayWith(1, () => 'busy')

  expect(await busyTwice.changed()).toHaveLength(3)
  expect(await busyTwice.told()).toBe(1)
  expect(await busyAlways.changed()).toHaveLength(limits.childNoticeTriesMax)
  expect(await busyAlways.told()).toBe(0)
})

test('a gateway that asks while it is being told gets what it asks for, from there on', async () => {
  const { changed, notices, gateway } = await aGatewayWith(25, ({ version }, number) => {
    if (number === 2 && version === 20) notices.replay(gateway.deviceId, 5)
    return 'written'
  })

  expect(await changed()).toEqual([add(10, 10), add(10, 20), add(10, 15), add(10, 25)])
})

test('safety R7: nothing is begun once it is closed', async () => {
  const { changed, notices } = await aGatewayWith(3)

  await notices.close()

  expect(await changed()).toEqual([])
})
