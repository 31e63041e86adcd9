import { expect, test } from 'vitest'
import type { CertificateFacts } from '../../base/chain-facts.ts'
import type { Fingerprint } from '../../base/ids.ts'
import { explainCertificateBody } from './certificate-wire.ts'

const facts: CertificateFacts = {
  version: 1,
  serial: '0a',
  subject: 'CN=device',
  issuer: 'CN=zhangsan',
  commonNames: ['device'],
  subjectName: 'device',
  issuerName: 'zhangsan',
  organization: '',
  notBefore: 0,
  notAfter: 1000,
  key: { type: 'rsa', bits: 1024 },
  signatureAlgorithm: 'sha256WithRSAEncryption',
  signatureDigest: 'sha256',
  subjectAltNames: [],
  extensions: [],
  selfIssued: false,
  selfSigned: false,
  sha1: 'a'.repeat(40) as Fingerprint,
  sha256: 'b'.repeat(64) as Fingerprint,
}

test('contracts §1: decoded fields, all fingerprints and every problem of a certificate', () => {
  const certificates = [{ der: new Uint8Array(), facts }]
  expect(explainCertificateBody({ kind: 'certificates', certificates }, 2000, 'en')).toMatchObject({
    kind: 'certificates',
    problems: [],
    certificates: [
      {
        subject: 'CN=device',
        version: 1,
        not_after: '1970-01-01T00:00:01.000Z',
        key: { type: 'rsa', bits: 1024, curve: null, text: 'RSA-1024' },
        is_ca: null,
        fingerprints: { sha1: 'a'.repeat(40), sha256: 'b'.repeat(64) },
        problems: [
          {
            code: 'certificate-expired',
            sentence: expect.stringContaining('1970-01-01T00:00:01.000Z') as unknown,
          },
          { code: 'certificate-weak-key', sentence: expect.stringContaining('RSA-1024') as unknown },
        ],
      },
    ],
  })
})

test('X7: what is no certificate is one problem, and nothing of it is repeated', () => {
  const code = (pasted: Parameters<typeof explainCertificateBody>[0]) =>
    (explainCertificateBody(pasted, 0, 'en') as { problems: { code: string }[] }).problems[0]?.code
  expect(code({ kind: 'private-key' })).toBe('certificate-is-private-key')
  expect(code({ kind: 'der' })).toBe('certificate-is-der')
  expect(code({ kind: 'too-many', count: 150 })).toBe('certificate-bundle')
  expect(code({ kind: 'unreadable', detail: 'it is empty' })).toBe('certificate-unreadable')
})
