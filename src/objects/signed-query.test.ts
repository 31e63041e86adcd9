import { expect, test } from 'vitest'
import type { DeviceId, ProjectId } from '../base/ids.ts'
import type { FileGrant } from '../domain/file/device-file.ts'
import { createAddressSigner } from './signed-query.ts'

const signer = createAddressSigner(new Uint8Array(32).fill(7))
const place = { projectId: 'p' as ProjectId, deviceId: 'd' as DeviceId, name: 'a/b.log' }
const grant: FileGrant = { ...place, method: 'PUT', expiresAt: 1000, size: 5, sha256: 'ab'.repeat(32) }
const asked = { ...place, method: 'PUT' as const }

test('an address allows what it was signed for, until it expires', () => {
  const query = signer.sign(grant)

  expect(signer.verify(query, asked, 999)).toEqual(grant)
  expect(signer.verify(query, asked, 1000)).toBe('expired')
})

test.each([
  ['another method', {}, { method: 'GET' as const }],
  ['another device', {}, { deviceId: 'e' as DeviceId }],
  ['another project', {}, { projectId: 'q' as ProjectId }],
  ['another file', {}, { name: 'a/c.log' }],
  ['more time', { expires: '2000' }, {}],
  ['more bytes', { size: '6' }, {}],
  ['another content', { sha256: 'cd'.repeat(32) }, {}],
  ['a signature of its own', { signature: '0'.repeat(64) }, {}],
  ['a short signature', { signature: '00' }, {}],
  ['a time that is none', { expires: 'never' }, {}],
  ['a size that is none', { size: '-1' }, {}],
])('S3: it does not allow %s', (_, changed, over) => {
  const query = new URLSearchParams({
    ...Object.fromEntries(new URLSearchParams(signer.sign(grant))),
    ...changed,
  })

  expect(signer.verify(String(query), { ...asked, ...over }, 500)).toBe('forged')
})

test.each(['size', 'sha256', 'signature', 'expires'])(
  'S3: nor without its %s, nor with another key',
  (name) => {
    const query = new URLSearchParams(signer.sign(grant))
    query.delete(name)

    expect(signer.verify(String(query), asked, 500)).toBe('forged')
    expect(createAddressSigner(new Uint8Array(32)).verify(signer.sign(grant), asked, 500)).toBe('forged')
  },
)
