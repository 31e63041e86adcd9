import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { watchStoreHealth } from './store-health.ts'

function watched() {
  const dataDir = temporaryFolder()
  const state = { now: 0, broken: false, tries: 0, recovered: 0 }
  const watch = watchStoreHealth({
    dataDir,
    async tryLog() {
      state.tries++
      if (state.broken) throw new Error('disk full')
    },
    elapsed: () => state.now,
    onRecovered: () => state.recovered++,
  })
  return { ...watch, state, dataDir }
}

test('without a failure and with space there is nothing to try', async () => {
  const { health, state } = watched()

  expect(await health()).toEqual({ ok: true })
  expect(state.tries).toBe(0)
})

test('S15 R2 a failure makes it unhealthy at once, with its reason, as long as a commit fails', async () => {
  const { health, failed, isFailing, state, dataDir } = watched()
  await health()
  state.broken = true

  failed('disk full')

  expect(await health()).toEqual({ ok: false, reason: 'The data folder cannot be written: disk full.' })
  expect([isFailing(), state.recovered]).toEqual([true, 0])
  expect(readdirSync(dataDir)).toEqual([])
})

test('it recovers by itself once a commit succeeds, and says so once', async () => {
  const { health, failed, isFailing, state } = watched()
  state.broken = true
  failed('disk full')
  await health()
  state.broken = false
  state.now += 1000

  expect(await health()).toEqual({ ok: true })
  state.now += 1000
  await health()

  expect([isFailing(), state.recovered]).toEqual([false, 1])
})

test('whoever asks again within a second costs no further flush', async () => {
  const { health, failed, state } = watched()
  state.broken = true
  failed('disk full')

  for (let asked = 0; asked < 100; asked++) await health()
  expect(state.tries).toBe(1)
  state.now += 1000
  await health()

  expect(state.tries).toBe(2)
})
