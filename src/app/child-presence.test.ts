import { expect, test } from 'vitest'
import type { DeviceId, ProjectId } from '../base/ids.ts'
import { silentLogger } from '../base/logger.ts'
import type { ConnectionStatus } from '../domain/device/device.ts'
import { gatewayConnection } from '../domain/device/place.ts'
import type { NewEntry, StatusEntry } from '../domain/entry/entry.ts'
import { createChildPresence } from './child-presence.ts'

const projectId = 'p' as ProjectId
const id = (text: string) => text as DeviceId

/** Over what the log says, kept here as the projections would. */
function children() {
  const statuses = new Map<DeviceId, ConnectionStatus & { readonly connection: string }>()
  const up = new Set<DeviceId>([id('gw'), id('gw2')])
  const disk = { full: false }
  const written: string[] = []
  const presence = createChildPresence({
    async append(entries: readonly NewEntry[]) {
      await Promise.resolve()
      if (disk.full) throw new Error('disk full')
      for (const { deviceId = id(''), at, body } of entries) {
        const { status, connection, cause = '' } = body as StatusEntry
        statuses.set(deviceId, { status, connection, changedAt: at, activatedAt: at })
        written.push(`${deviceId} ${status} ${connection} ${cause}`)
      }
    },
    readStatuses: (deviceIds) =>
      Promise.resolve(new Map([...statuses].filter(([deviceId]) => deviceIds.includes(deviceId)))),
    onlineConnections: () =>
      Promise.resolve(
        [...statuses].flatMap(([deviceId, { status, connection }]) =>
          status === 'ONLINE' ? [{ deviceId, projectId, connection }] : [],
        ),
      ),
    isUp: (gatewayId) => up.has(gatewayId),
    logger: silentLogger,
  })
  const say = (gatewayId: string, said: Readonly<Record<string, 'ONLINE' | 'OFFLINE'>>) =>
    presence.say({
      gatewayId: id(gatewayId),
      projectId,
      at: 1,
      statuses: Object.entries(said).map(([deviceId, status]) => ({ deviceId: id(deviceId), status })),
    })
  return { ...presence, say, up, disk, statuses, written: () => written.splice(0) }
}

test('device protocol §2.10: a status is what the gateway said last, and written only when it is news', async () => {
  const { say, written } = children()

  await say('gw', { a: 'ONLINE', b: 'OFFLINE' })
  await say('gw', { a: 'ONLINE', b: 'OFFLINE' })
  await say('gw', { a: 'OFFLINE' })

  expect(written()).toEqual([
    'a ONLINE gateway/gw gateway-said',
    'b OFFLINE gateway/gw gateway-said',
    'a OFFLINE gateway/gw gateway-said',
  ])
})

test('device protocol §2.10: when a gateway goes offline the status of its children stays', async () => {
  const { say, ended, up, written } = children()
  await say('gw', { a: 'ONLINE' })
  written()

  up.delete(id('gw'))
  await ended(2, id('gw'))

  expect(written()).toEqual([])
})

test('children that follow go OFFLINE with their gateway, and with no other', async () => {
  const { say, follow, ended, up, written } = children()
  await say('gw', { before: 'ONLINE' })
  await follow(true, 1)
  await say('gw', { after: 'ONLINE', off: 'OFFLINE' })
  await say('gw2', { others: 'ONLINE' })
  written()

  await ended(2, id('gw'))
  expect(written(), 'a connection that was taken over').toEqual([])
  up.delete(id('gw'))
  await ended(2, id('gw'))

  expect(written()).toEqual([
    'before OFFLINE gateway/gw gateway-offline',
    'after OFFLINE gateway/gw gateway-offline',
  ])
})

test('whoever is told to follow while its gateway is down goes OFFLINE at once', async () => {
  const { say, follow, up, written } = children()
  await say('gw', { a: 'ONLINE' })
  up.delete(id('gw'))
  written()

  await follow(true, 2)

  expect(written()).toEqual(['a OFFLINE gateway/gw gateway-offline'])
})

test('a status that comes in when its gateway is down already does not outlive it', async () => {
  const { say, follow, up, written } = children()
  await follow(true, 1)
  up.delete(id('gw'))

  await say('gw', { a: 'ONLINE' })

  expect(written()).toEqual(['a ONLINE gateway/gw gateway-said', 'a OFFLINE gateway/gw gateway-offline'])
})

test('a child that moved follows its new gateway', async () => {
  const { say, follow, moved, ended, up, written } = children()
  await follow(true, 1)
  await say('gw', { a: 'ONLINE', off: 'OFFLINE' })
  await moved({ deviceId: id('a'), projectId, gatewayId: id('gw2'), at: 2 })
  await moved({ deviceId: id('off'), projectId, gatewayId: id('gw2'), at: 2 })
  expect(written()).toContain(`a ONLINE ${gatewayConnection(id('gw2'))} gateway-changed`)

  up.clear()
  await ended(3, id('gw'))
  expect(written()).toEqual([])
  await ended(3, id('gw2'))
  expect(written()).toEqual(['a OFFLINE gateway/gw2 gateway-offline'])
})

test('S16: nothing is said of a child that was deleted', async () => {
  const { say, follow, deleted, ended, up, written } = children()
  await follow(true, 1)
  await say('gw', { a: 'ONLINE' })
  written()

  deleted(id('a'))
  up.clear()
  await ended(2)

  expect(written()).toEqual([])
})

test('R2: what cannot be written while the disk is full is tried again', async () => {
  const { say, follow, ended, up, disk, written } = children()
  await follow(true, 1)
  await say('gw', { a: 'ONLINE' })
  written()
  up.clear()
  disk.full = true
  await ended(2, id('gw'))
  disk.full = false

  await ended(3)

  expect(written()).toEqual(['a OFFLINE gateway/gw gateway-offline'])
})
