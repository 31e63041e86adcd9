import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { loadTlsMaterial, serverNames } from './tls-material.ts'

const now = Date.UTC(2026, 10, 22)
const clock = { now: () => now }
const folder = join(mkdtempSync(join(tmpdir(), 'quayside-tls-')), 'tls')
let first: Awaited<ReturnType<typeof loadTlsMaterial>>

beforeAll(async () => {
  first = await loadTlsMaterial(folder, ['dock.example', 'localhost', '127.0.0.1', '::1'], clock)
})

test('an ECDSA and an RSA certificate are served, both issued by the platform CA and good for every name', () => {
  const ca = new X509Certificate(first.ca.pem)
  const [ecdsa, rsa] = first.server.certificates.map((pem) => new X509Certificate(pem))

  expect([ecdsa?.publicKey.asymmetricKeyType, rsa?.publicKey.asymmetricKeyType]).toEqual(['ec', 'rsa'])
  for (const certificate of [ecdsa, rsa]) {
    expect(certificate?.verify(ca.publicKey)).toBe(true)
    expect(certificate?.checkHost('dock.example')).toBe('dock.example')
    expect(certificate?.checkIP('127.0.0.1')).toBe('127.0.0.1')
    expect(certificate?.ca).toBe(false)
  }
  expect(ca.ca).toBe(true)
})

test('a second start serves the same certificates', async () => {
  const again = await loadTlsMaterial(folder, ['dock.example', 'localhost', '127.0.0.1', '::1'], clock)

  expect(again).toEqual(first)
})

test('when a name is added, the same CA issues new server certificates', async () => {
  const names = ['dock.example', 'localhost', '127.0.0.1', '::1', '192.0.2.9']

  const renewed = await loadTlsMaterial(folder, names, clock)

  expect(renewed.ca).toEqual(first.ca)
  expect(renewed.server.certificates).not.toEqual(first.server.certificates)
  expect(new X509Certificate(renewed.server.certificates[0] ?? '').checkIP('192.0.2.9')).toBeDefined()
})

test('server certificates are renewed before they end', async () => {
  const soon = { now: () => now + 800 * 24 * 3_600_000 }

  const renewed = await loadTlsMaterial(folder, ['dock.example'], soon)

  const [certificate] = renewed.server.certificates
  expect(new X509Certificate(certificate ?? '').validToDate.getTime()).toBeGreaterThan(soon.now())
  expect(renewed.ca).toEqual(first.ca)
})

test('S10 private keys are files of mode 0600, and one that others can read stops the start', async () => {
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
  chmodSync(join(folder, 'platform-ca.key'), 0o644)

  await expect(loadTlsMaterial(folder, ['x.example'], clock)).rejects.toThrow('chmod 600')

  chmodSync(join(folder, 'platform-ca.key'), 0o600)
})

test('the names of a server cover its public name and loopback', () => {
  expect(serverNames('dock.example')).toEqual(
    expect.arrayContaining(['dock.example', 'localhost', '127.0.0.1', '::1']),
  )
})
