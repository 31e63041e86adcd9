import { X509Certificate } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import {
  clientExtensions,
  intermediateExtensions,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
} from './openssl.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

test('guide S49–S69: CA with CA:TRUE and no key usage, version 1 leaf with the same subject, code as Common Name', () => {
  const ca = makeCa(bench)
  const leaf = signLeaf(bench, ca)
  const proof = verificationCert(bench, ca, '00112233445566778899aabbccddeeff')

  const x = new X509Certificate(leaf.pem)
  expect(new X509Certificate(ca.pem).ca).toBe(true)
  expect(x.subject).toBe(x.issuer)
  expect(x.verify(new X509Certificate(ca.pem).publicKey)).toBe(true)
  expect(bench.openssl('x509', '-in', leaf.certPath, '-noout', '-text')).toContain('Version: 1 (0x0)')
  expect(
    bench.openssl('x509', '-in', leaf.certPath, '-noout', '-fingerprint', '-sha256').toLowerCase(),
  ).toContain(leaf.sha256.replace(/(..)(?=.)/g, '$1:'))
  expect(new X509Certificate(proof.pem).subject).toBe('CN=00112233445566778899aabbccddeeff')
})

test('keys of every kind, intermediates and exact dates', () => {
  for (const key of [
    'p256',
    'p384',
    'p521',
    'ed25519',
    'rsa1024',
    'rsa3072',
    'secp256k1',
    'ed448',
  ] as const) {
    const ca = makeCa(bench, { name: `ca-${key}`, key, subject: `/CN=ca ${key}` })
    const middle = signLeaf(bench, ca, {
      name: `mid-${key}`,
      key,
      subject: '/CN=mid',
      extensions: intermediateExtensions,
    })
    const leaf = signLeaf(bench, middle, {
      name: `leaf-${key}`,
      key,
      subject: '/CN=leaf',
      extensions: clientExtensions,
    })
    expect(new X509Certificate(leaf.der).verify(new X509Certificate(middle.der).publicKey)).toBe(true)
  }
  const validity = { from: '20200101000000Z', to: '20210101000000Z' }
  const old = makeCa(bench, { name: 'old', key: 'p256', subject: '/CN=old', validity })
  const oldLeaf = signLeaf(bench, old, {
    name: 'oldLeaf',
    key: 'p256',
    subject: '/C=CN/CN=old leaf',
    validity,
  })
  expect(new X509Certificate(old.pem).validToDate.toISOString()).toBe('2021-01-01T00:00:00.000Z')
  expect(new X509Certificate(oldLeaf.pem).validFromDate.toISOString()).toBe('2020-01-01T00:00:00.000Z')
  expect(bench.openssl('x509', '-in', oldLeaf.certPath, '-noout', '-text')).toContain('Version: 1 (0x0)')
})
