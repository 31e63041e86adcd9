import { expect, test } from 'vitest'
import { inOrder, matching, type OwnCertificate } from './own-certificates.ts'

const aCertificate = (
  name: string,
  part: Partial<Pick<OwnCertificate, 'verified' | 'expiry_date' | 'device_count'>> = {},
): OwnCertificate => ({
  certificate_id: `id-of-${name}`,
  cn_name: name,
  provision_enable: false,
  verified: false,
  verify_code: 'c0de',
  create_time: '2026-11-22T12:00:00.000Z',
  effective_date: '2026-11-22T12:00:00.000Z',
  expiry_date: '2029-11-22T12:00:00.000Z',
  device_count: 0,
  pem: '',
  certificate: {
    subject: `CN=${name}, O=Workshop`,
    issuer: `CN=${name}, O=Workshop`,
    common_names: [name],
    serial: '01',
    version: 3,
    not_before: '2026-11-22T12:00:00.000Z',
    not_after: '2029-11-22T12:00:00.000Z',
    key: { type: 'rsa', bits: 2048, curve: null, text: 'RSA-2048' },
    signature_algorithm: 'sha256WithRSAEncryption',
    signature_digest: 'sha256',
    is_ca: true,
    path_length: null,
    key_usage: null,
    extended_key_usage: null,
    subject_alt_names: [],
    extensions: [],
    self_signed: true,
    fingerprints: { sha1: 'ab'.repeat(20), sha256: 'cd'.repeat(32) },
    problems: [],
  },
  ...part,
})

const namesOf = (certificates: readonly OwnCertificate[]) => certificates.map(({ cn_name: name }) => name)

test('a CA is found by its name, subject, id, or a fingerprint in any form', () => {
  const all = [aCertificate('press'), aCertificate('lathe')]

  expect(namesOf(matching(all, ' PRESS '))).toEqual(['press'])
  expect(namesOf(matching(all, 'o=workshop'))).toEqual(['press', 'lathe'])
  expect(namesOf(matching(all, 'id-of-l'))).toEqual(['lathe'])
  expect(namesOf(matching(all, 'CD:CD:CD'))).toEqual(['press', 'lathe'])
  expect(namesOf(matching(all, 'abab'))).toEqual(['press', 'lathe'])
  expect(namesOf(matching(all, 'ef'))).toEqual([])
})

test('the list stands in the order of a column, and as it came without one or with one that is unknown', () => {
  const all = [
    aCertificate('b', { device_count: 2, expiry_date: '2027-01-01T00:00:00.000Z' }),
    aCertificate('a', { device_count: 10, verified: true }),
  ]

  expect(namesOf(inOrder(all, undefined))).toEqual(['b', 'a'])
  expect(namesOf(inOrder(all, { by: 'constructor', order: 'asc' }))).toEqual(['b', 'a'])
  expect(namesOf(inOrder(all, { by: 'name', order: 'asc' }))).toEqual(['a', 'b'])
  expect(namesOf(inOrder(all, { by: 'devices', order: 'desc' }))).toEqual(['a', 'b'])
  expect(namesOf(inOrder(all, { by: 'until', order: 'asc' }))).toEqual(['b', 'a'])
  expect(namesOf(inOrder(all, { by: 'status', order: 'asc' }))).toEqual(['b', 'a'])
})
