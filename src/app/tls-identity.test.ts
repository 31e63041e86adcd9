import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Logger, silentLogger } from '../base/logger.ts'
import { watchTls } from './tls-identity.ts'
import type { ServerIdentity } from './tls-material.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const identityOf = (name: string): ServerIdentity => ({ keys: [`${name} key`], certificates: [name] })
const ca = { pem: '', sha256: '', subject: 'CN=ca', expiresAt: 0 }

function aWatch(apply: (identity: ServerIdentity) => Promise<void>) {
  const disk = { identity: identityOf('old'), fault: undefined as Error | undefined }
  const errors: object[] = []
  const logger: Logger = { ...silentLogger, error: (fields) => void errors.push(fields) }
  const reload = () => (disk.fault ? Promise.reject(disk.fault) : Promise.resolve(disk.identity))
  const stop = watchTls({ identity: disk.identity, ca, reload, logger }, apply)
  return { disk, errors, stop }
}
const look = () => vi.advanceTimersByTimeAsync(10_000)

test('S10 a new certificate is handed on once, without a restart', async () => {
  const applied: ServerIdentity[] = []
  const { disk, stop } = aWatch(async (identity) => void applied.push(identity))
  await look()

  disk.identity = identityOf('new')
  await look()
  await look()

  expect(applied).toEqual([identityOf('new')])
  await stop()
})

test('a certificate that cannot serve is told of once, and again after it had been mended', async () => {
  const { disk, errors, stop } = aWatch(() => Promise.resolve())

  disk.fault = new Error('key values mismatch')
  await look()
  await look()
  expect(errors).toEqual([{ reason: 'key values mismatch' }])
  disk.fault = undefined
  await look()
  disk.fault = new Error('key values mismatch')
  await look()

  expect(errors).toHaveLength(2)
  await stop()
})

test('a certificate that could not be put in place is tried again', async () => {
  let tries = 0
  const { disk, stop } = aWatch(() => (++tries === 1 ? Promise.reject(new Error('gone')) : Promise.resolve()))
  disk.identity = identityOf('new')

  await look()
  await look()
  await look()

  expect(tries).toBe(2)
  await stop()
})
