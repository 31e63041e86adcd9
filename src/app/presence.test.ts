import { expect, test } from 'vitest'
import type { DeviceId, Position, ProjectId } from '../base/ids.ts'
import { silentLogger } from '../base/logger.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { aConnectionRecord, entriesOf } from '../../tests/support/records.ts'
import { createPresence } from './presence.ts'

const projectId = 'p' as ProjectId
const deviceId = 'd' as DeviceId

function presence({
  former = [] as { deviceId: DeviceId; connection: string; projectId: ProjectId }[],
} = {}) {
  const log: NewEntry[] = []
  const disk = { full: false }
  const made = createPresence({
    async appendRecords(records, count) {
      await Promise.resolve()
      if (disk.full) throw new Error('disk full')
      log.push(...entriesOf(records, count))
      return log.length as Position
    },
    onlineConnections: () => Promise.resolve(former),
    logger: silentLogger,
  })
  return {
    ...made,
    disk,
    claim: (connection: string) =>
      made.claim({ deviceId, projectId, connection, address: 'a', at: 1, record: aConnectionRecord() }),
    release: (connection: string) =>
      made.release({ deviceId, projectId, connection, cause: 'disconnect', at: 2 }),
    statuses: () =>
      log.flatMap(({ kind, body }) =>
        kind === 'status'
          ? [`${(body as { status: string }).status} ${(body as { connection: string }).connection}`]
          : [],
      ),
  }
}

test('R16 a claim names the connection it takes over, whose end is then no news', async () => {
  const { claim, release, statuses, online } = presence()

  expect(await claim('l1-1')).toBe(undefined)
  expect(await claim('l2-1')).toBe('l1-1')
  await release('l1-1')
  expect(online()).toBe(1)
  await release('l2-1')

  expect(statuses()).toEqual(['ONLINE l1-1', 'ONLINE l2-1', 'OFFLINE l2-1'])
  expect(online()).toBe(0)
})

test('R2 a claim that cannot be written leaves the connection before it in place', async () => {
  const { claim, disk, release, statuses } = presence()
  await claim('l1-1')
  disk.full = true
  await expect(claim('l1-2')).rejects.toThrow('disk full')
  disk.full = false

  await release('l1-1')

  expect(statuses()).toEqual(['ONLINE l1-1', 'OFFLINE l1-1'])
})

test('R2 the end of a connection that cannot be written is written when there is space again, once', async () => {
  const { claim, disk, release, retry, statuses, online } = presence()
  await claim('l1-1')
  disk.full = true
  await release('l1-1')
  await retry()
  expect([statuses(), online()]).toEqual([['ONLINE l1-1'], 0])
  disk.full = false

  await retry()
  await retry()

  expect(statuses()).toEqual(['ONLINE l1-1', 'OFFLINE l1-1'])
})

test('a thread that died is offline with a claim still on its way to the disk, and claims nothing more', async () => {
  const { claim, releaseThread, statuses, online } = presence()
  const onItsWay = claim('l1-1')

  await releaseThread('l1', 3)
  await onItsWay

  await expect(claim('l1-2')).rejects.toThrow('l1-2 has ended')
  expect([statuses(), online()]).toEqual([['ONLINE l1-1', 'OFFLINE l1-1'], 0])
  expect(await claim('l11-1')).toBe(undefined)
})

test('R5 after a crash the connections of the process before are offline', async () => {
  const former = [{ deviceId, projectId, connection: 'l1-9' }]
  const { releaseFormer, statuses } = presence({ former })

  await releaseFormer(4)

  expect(statuses()).toEqual(['OFFLINE l1-9'])
})
