import { expect, test } from 'vitest'
import { aConnectionVerdict, DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { entriesOf } from '../../tests/support/records.ts'
import type { DeviceId, Position } from '../base/ids.ts'
import { silentLogger } from '../base/logger.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { LogWriteError } from '../log/log.ts'
import { createPresence } from './presence.ts'
import { applyPresence, createPresenceBatch } from './presence-batch.ts'
import { sameThread } from './rpc.ts'

const OTHER_DEVICE = 'demo_lamp2' as DeviceId

/** Both sides of the border, over a log that the test fills and blocks. */
function aBatch({ presenceChangesMax = 1000 } = {}) {
  const written: NewEntry[] = []
  const batches: number[] = []
  const told: string[] = []
  const disk = { full: false }
  const presence = createPresence({
    async appendRecords(records, count) {
      // What is kept is what was there when it was handed over: its memory is used again.
      const entries = entriesOf(records, count)
      await new Promise(setImmediate)
      if (disk.full) throw new LogWriteError('disk full')
      written.push(...entries)
      return written.length as Position
    },
    onlineConnections: () => Promise.resolve([]),
    logger: silentLogger,
  })
  const batch = createPresenceBatch({
    store: sameThread({
      changePresence(changes: string, records: Uint8Array) {
        batches.push((JSON.parse(changes) as unknown[]).length)
        return applyPresence(changes, records, presence)
      },
    }),
    limits: { commitPauseMillisMax: 2, presenceChangesMax },
    beforeEnds: () => told.push(`${batches.length} batches before`),
  })
  return {
    batches,
    told,
    disk,
    online: () => presence.online(),
    claim: (connection: string, deviceId: DeviceId = DEVICE) =>
      batch.claim(
        { deviceId, projectId: PROJECT, connection, address: '192.0.2.7:50514', at: NOON },
        {
          ...{ kind: 'connection', at: NOON, projectId: PROJECT, deviceId },
          body: { ...aConnectionVerdict(), subject: { address: connection, listener: 'mqtts' } },
        },
      ),
    release: (connection: string, deviceId: DeviceId = DEVICE) =>
      batch.release({ deviceId, projectId: PROJECT, connection, cause: 'closed-by-device', at: NOON }),
    /** `connection a` for the verdict on the connection of this name, `ONLINE a`, `OFFLINE a`. */
    entries: () =>
      written.map((entry) => {
        if (entry.kind === 'connection') return `connection ${entry.body.subject.address}`
        return entry.kind === 'status' ? `${entry.body.status} ${entry.body.connection}` : entry.kind
      }),
  }
}

test('what comes in one turn crosses together and in its order, each claim with its own verdict', async () => {
  const { claim, release, batches, entries } = aBatch()

  const claims = [claim('a-1'), claim('a-2', OTHER_DEVICE), release('a-1'), claim('a-3')]

  expect(await Promise.all(claims)).toEqual([undefined, undefined, undefined, undefined])
  expect(batches).toEqual([4])
  expect(entries()).toEqual([
    ...['connection a-1', 'ONLINE a-1', 'connection a-2', 'ONLINE a-2'],
    ...['OFFLINE a-1', 'connection a-3', 'ONLINE a-3'],
  ])
})

test('a claim is told whom it took over, whatever stands beside it', async () => {
  const { claim, release, entries } = aBatch()
  await Promise.all([claim('a-1'), claim('a-2', OTHER_DEVICE)])

  const [, previous] = await Promise.all([release('a-2', OTHER_DEVICE), claim('a-3')])

  expect(previous).toBe('a-1')
  expect(entries().slice(4)).toEqual(['OFFLINE a-2', 'connection a-3', 'ONLINE a-3'])
})

test('R2 a claim that cannot be written is refused as such; an end beside it is kept for later', async () => {
  const { claim, release, disk, online } = aBatch()
  await claim('a-1')
  disk.full = true

  const [ended, claimed] = await Promise.allSettled([release('a-1'), claim('a-2', OTHER_DEVICE)])

  expect(ended.status).toBe('fulfilled')
  expect(claimed).toMatchObject({ status: 'rejected', reason: new LogWriteError('disk full') })
  expect(online()).toBe(0)
})

test('a batch holds so many changes at most, and its memory serves the next', async () => {
  const { claim, release, batches, told, entries } = aBatch({ presenceChangesMax: 2 })
  const names = Array.from({ length: 20 }, (_, index) => `a-${index}`)

  for (const name of names) await Promise.all([claim(name), claim(`${name}x`, OTHER_DEVICE)])
  await Promise.all([release('a-19'), release('a-19x', OTHER_DEVICE)])

  expect(batches).toEqual(Array.from({ length: 21 }, () => 2))
  expect(told).toEqual(['20 batches before'])
  expect(entries().slice(0, -2)).toEqual(
    names.flatMap((name) => [name, `${name}x`]).flatMap((name) => [`connection ${name}`, `ONLINE ${name}`]),
  )
})
