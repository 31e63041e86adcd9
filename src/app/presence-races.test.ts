import { expect, test } from 'vitest'
import { DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { aConnectionRecord, entriesOf } from '../../tests/support/records.ts'
import type { Position } from '../base/ids.ts'
import { silentLogger } from '../base/logger.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { createPresence } from './presence.ts'

/** Presence over a log whose commits the test settles, one after another, in the order they were asked for. */
function aPresence() {
  const waiting: { entries: readonly NewEntry[]; settle: PromiseWithResolvers<Position> }[] = []
  const written: string[] = []
  const presence = createPresence({
    appendRecords(records, count) {
      const settle = Promise.withResolvers<Position>()
      waiting.push({ entries: entriesOf(records, count), settle })
      return settle.promise
    },
    onlineConnections: () => Promise.resolve([]),
    logger: silentLogger,
  })
  const next = () => {
    const commit = waiting.shift()
    if (!commit) throw new Error('nothing waits to be written')
    return commit
  }
  const who = { deviceId: DEVICE, projectId: PROJECT, at: NOON }
  return {
    claim: (connection: string) =>
      presence.claim({ ...who, connection, address: '192.0.2.7:50514', record: aConnectionRecord() }),
    release: (connection: string) => presence.release({ ...who, connection, cause: 'closed-by-device' }),
    retry: () => presence.retry(),
    online: () => presence.online(),
    /** Status entries that are durable: `ONLINE a`, `OFFLINE a`. */
    written,
    waiting: () => waiting.length,
    commit() {
      const { entries, settle } = next()
      for (const entry of entries)
        if (entry.kind === 'status') written.push(`${entry.body.status} ${entry.body.connection}`)
      settle.resolve(1 as Position)
    },
    fail: () => next().settle.reject(new Error('disk full')),
  }
}

async function withOne(connection: string) {
  const all = aPresence()
  const claimed = all.claim(connection)
  all.commit()
  await claimed
  return all
}

test('a connection that ends while another one takes over writes nothing, and need not be cut', async () => {
  const { claim, release, commit, written } = await withOne('t1-1')

  const claimed = claim('t2-1')
  await release('t1-1')
  commit()

  expect(await claimed).toBeUndefined()
  expect(written).toEqual(['ONLINE t1-1', 'ONLINE t2-1'])
})

test('R2 when a claim fails over a connection that ended meanwhile, the device is OFFLINE', async () => {
  const { claim, release, commit, fail, written, online } = await withOne('t1-1')

  const claimed = claim('t2-1')
  await release('t1-1')
  fail()
  await new Promise(setImmediate)
  commit()

  await expect(claimed).rejects.toThrow('disk full')
  expect([written, online()]).toEqual([['ONLINE t1-1', 'OFFLINE t1-1'], 0])
})

test('R2 of two claims that both fail nothing stays behind', async () => {
  const { claim, fail, online, waiting } = aPresence()

  const claims = [claim('t1-1'), claim('t2-1')]
  fail()
  fail()

  expect((await Promise.allSettled(claims)).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect([online(), waiting()]).toEqual([0, 0])
})

test('R16 a claim over one that fails takes over the connection below it', async () => {
  const { claim, commit, fail } = await withOne('t1-1')

  const second = claim('t2-1')
  const third = claim('t3-1')
  fail()
  await expect(second).rejects.toThrow('disk full')
  commit()

  expect(await third).toBe('t1-1')
})

test('an end that waits to be written is forgotten when the device comes back', async () => {
  const { claim, release, retry, commit, fail, waiting } = await withOne('t1-1')
  const released = release('t1-1')
  fail()
  await released

  const claimed = claim('t1-2')
  commit()
  await claimed
  await retry()

  expect(waiting()).toBe(0)
})
