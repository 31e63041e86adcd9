import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import {
  clientExtensions,
  intermediateExtensions,
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
} from '../../tests/support/openssl.ts'
import { readQuickly, readThoroughly } from './read-certificate.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

const ca = makeCa(bench, { key: 'p256' })
const leaf = (name: string, options: Parameters<typeof signLeaf>[2] = {}): Issued =>
  signLeaf(bench, ca, { name, key: 'p256', ...options })

test('X3, X4: what is read quickly is what the library reads: the guide’s certificates, and others of every kind', () => {
  const guideCa = makeCa(bench, { name: 'guide' })
  const certificates = [
    ca,
    guideCa,
    signLeaf(bench, guideCa, { name: 'guide-leaf' }),
    leaf('v1'),
    leaf('client', { extensions: clientExtensions, subject: '/CN=a/CN=b/O=工厂' }),
    leaf('intermediate', { extensions: [...intermediateExtensions, 'subjectAltName=DNS:a.example'] }),
    leaf('limited', { extensions: ['basicConstraints=CA:true,pathlen:0', 'extendedKeyUsage=1.2.3.4.99999'] }),
    leaf('odd', { key: 'ed25519', extensions: ['1.2.3.4=critical,ASN1:NULL'] }),
    leaf('p521', { key: 'p521', digest: 'sha512', extensions: ['nameConstraints=permitted;DNS:a.example'] }),
  ]
  for (const { der } of certificates) {
    const quick = readQuickly(der)

    expect(quick).toBeDefined()
    expect(quick).toEqual(readThoroughly(der))
  }
})

test('what is unusual is left to the library: RSA-PSS, names of several parts, what is no certificate', () => {
  const der = (...args: readonly string[]): Uint8Array => {
    bench.openssl('req', '-x509', '-outform', 'DER', '-out', 'unusual.der', ...args)
    return readFileSync(bench.path('unusual.der'))
  }
  bench.openssl('genpkey', '-algorithm', 'RSA-PSS', '-out', 'pss.key')

  expect(readQuickly(der('-key', ca.keyPath, '-subj', '/CN=a+O=b'))).toBeUndefined()
  expect(readQuickly(der('-key', 'pss.key', '-subj', '/CN=a'))).toBeUndefined()
  expect(readQuickly(new Uint8Array())).toBeUndefined()
})

test('Q1: a certificate with broken bytes is read as the library reads it, or left to it', () => {
  const { der } = leaf('fuzzed', { extensions: [...clientExtensions, 'subjectAltName=DNS:a.example'] })
  const place = fc.nat(der.length - 1)

  fc.assert(
    fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 3 }), (changes) => {
      const broken = der.slice()
      for (const [at, byte] of changes) broken[at] = byte
      if (!isCertificate(broken)) return
      const quick = readQuickly(broken)
      expect(quick).toEqual(quick && readThoroughly(broken))
    }),
    { numRuns: 3000 },
  )
})

function isCertificate(der: Uint8Array): boolean {
  try {
    return new X509Certificate(der).raw.length === der.length
  } catch {
    return false
  }
}
