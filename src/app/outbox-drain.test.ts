import { expect, onTestFinished, test } from 'vitest'
import { aClock, DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { createIds } from '../base/ids.ts'
import { silentLogger } from '../base/logger.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { addToOutbox, takeOutbox } from '../store/outbox.ts'
import { createOutboxDrain } from './outbox-drain.ts'

async function anOutbox(append: (entries: readonly NewEntry[]) => Promise<unknown>) {
  const clock = aClock()
  const ids = createIds(clock)
  const store = openStore({ file: ':memory:', key: new Uint8Array(32).fill(5) })
  onTestFinished(() => store.close())
  await migrate(store, clock)
  let faults = 0
  return {
    drain: createOutboxDrain(store, append, { ...silentLogger, error: () => void faults++ }),
    faults: () => faults,
    left: async () => (await takeOutbox(store, 100)).length,
    add: () =>
      addToOutbox(store, {
        id: ids.rowKey(),
        at: NOON,
        device: { projectId: PROJECT, deviceId: DEVICE },
        body: { change: 'device-deleted' },
      }),
  }
}

test('R5 entries reach the log in order and are gone from the outbox when it has them', async () => {
  const logged: NewEntry[] = []
  const { add, drain, left } = await anOutbox(async (entries) => logged.push(...entries))
  await add()
  await add()

  await drain()

  const keys = logged.map(({ body }) => (body as { outboxKey: string }).outboxKey)
  expect(keys).toEqual(keys.toSorted())
  expect([keys.length, await left()]).toEqual([2, 0])
})

test('R5 while the log cannot be written the entries stay, nobody is failed, and a later call moves them', async () => {
  let isFull = true
  const { add, drain, left, faults } = await anOutbox(() =>
    isFull ? Promise.reject(new Error('disk full')) : Promise.resolve(),
  )
  await add()

  await drain()
  expect([await left(), faults()]).toEqual([1, 1])
  isFull = false
  await drain()

  expect([await left(), faults()]).toEqual([0, 1])
})

test('what was written before a call is in the log when the call resolves, though another one is running', async () => {
  const logged: NewEntry[] = []
  const first = Promise.withResolvers<void>()
  const { add, drain } = await anOutbox(async (entries) => {
    await first.promise
    logged.push(...entries)
  })
  await add()
  const running = drain()
  await add()
  const second = drain()

  first.resolve()
  await second

  expect(logged).toHaveLength(2)
  await running
})
