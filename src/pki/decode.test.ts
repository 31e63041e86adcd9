import { afterAll, expect, test } from 'vitest'
import { clientExtensions, makeCa, openWorkbench, signLeaf } from '../../tests/support/openssl.ts'
import { decodeCertificate } from './decode.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

test('the guide’s CA and leaf are decoded as openssl prints them', () => {
  const ca = makeCa(bench)
  const leaf = signLeaf(bench, ca)

  expect(decodeCertificate(ca.der)?.facts).toMatchObject({
    version: 3,
    subject: 'CN=zhangsan, OU=IoT, O=Huawei, L=SZ, ST=GD, C=CN',
    issuer: 'CN=zhangsan, OU=IoT, O=Huawei, L=SZ, ST=GD, C=CN',
    commonNames: ['zhangsan'],
    subjectName: 'zhangsan',
    organization: 'Huawei',
    key: { type: 'rsa', bits: 2048 },
    signatureAlgorithm: 'sha256WithRSAEncryption',
    signatureDigest: 'sha256',
    isCa: true,
    selfIssued: true,
    selfSigned: true,
    sha1: ca.sha1,
    sha256: ca.sha256,
  })
  const facts = decodeCertificate(leaf.der)?.facts
  expect(facts).toMatchObject({ version: 1, extensions: [], selfIssued: true, selfSigned: false })
  expect(facts?.isCa).toBeUndefined()
  expect(facts?.keyUsage).toBeUndefined()
  expect(facts && facts.notAfter - facts.notBefore).toBe(500 * 86_400_000)
})

test('extensions, names and usages are read, with their criticality', () => {
  const ca = makeCa(bench, {
    name: 'ca2',
    key: 'p384',
    subject: '/CN=two/CN=three',
    extensions: ['basicConstraints=critical,CA:true,pathlen:3', 'keyUsage=keyCertSign,cRLSign'],
  })
  const leaf = signLeaf(bench, ca, {
    name: 'leaf2',
    key: 'ed25519',
    subject: '/O=工厂/CN=设备 1/emailAddress=a@b.example',
    extensions: [...clientExtensions, 'subjectAltName=DNS:d.example,IP:192.0.2.1', '1.2.3.4=ASN1:NULL'],
  })
  expect(decodeCertificate(ca.der)?.facts).toMatchObject({
    commonNames: ['two', 'three'],
    subjectName: 'three',
    key: { type: 'ec', bits: 384, curve: 'secp384r1' },
    signatureDigest: 'sha256',
    pathLength: 3,
    keyUsage: ['keyCertSign', 'cRLSign'],
  })
  expect(decodeCertificate(leaf.der)?.facts).toMatchObject({
    subject: 'emailAddress=a@b.example, CN=设备 1, O=工厂',
    issuerName: 'three',
    key: { type: 'ed25519', bits: 256 },
    signatureAlgorithm: 'ecdsa-with-SHA256',
    isCa: false,
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
    subjectAltNames: ['DNS:d.example', 'IP Address:192.0.2.1'],
    extensions: expect.arrayContaining([
      { oid: '2.5.29.15', name: 'keyUsage', critical: true },
      { oid: '1.2.3.4', critical: false },
    ]) as unknown,
  })
})

test('RSA-PSS tells its digest from the parameters, Ed25519 has none', () => {
  const edwards = makeCa(bench, { name: 'ed', key: 'ed25519', subject: '/CN=ed' })
  expect(decodeCertificate(edwards.der)?.facts.signatureDigest).toBe('none')
  const ca = makeCa(bench, { name: 'pss', subject: '/CN=pss' })
  for (const digest of ['sha256', 'sha1']) {
    const path = bench.path(`pss-${digest}.pem`)
    bench.openssl(
      ...[
        'x509',
        '-in',
        ca.certPath,
        '-signkey',
        ca.keyPath,
        `-${digest}`,
        '-sigopt',
        'rsa_padding_mode:pss',
      ],
      ...['-outform', 'DER', '-out', path],
    )
    const der = bench.openssl('base64', '-A', '-in', path)
    expect(decodeCertificate(Buffer.from(der, 'base64'))?.facts).toMatchObject({
      signatureAlgorithm: 'rsassaPss',
      signatureDigest: digest,
    })
  }
})

test('a certificate of 2159 keeps its date; one without a name is still shown as something', () => {
  const far = makeCa(bench, {
    name: 'far',
    key: 'p256',
    subject: '/CN=far',
    validity: { from: '20200101000000Z', to: '21590101000000Z' },
  })
  expect(decodeCertificate(far.der)?.facts.notAfter).toBe(Date.UTC(2159, 0, 1))
  const nameless = makeCa(bench, { name: 'nameless', key: 'p256', subject: '/' })
  expect(decodeCertificate(nameless.der)?.facts).toMatchObject({ subjectName: '?', commonNames: [] })
})

test('control characters of a name do not reach a reader, and long values are cut', () => {
  const odd = makeCa(bench, { name: 'odd', key: 'p256', subject: '/CN=a\u001b[31mb\u202ec' })
  expect(decodeCertificate(odd.der)?.facts.subjectName).toBe('a\u{fffd}[31mb\u{fffd}c')
})

test('PEM, cut, lengthened and altered bytes are no certificate', () => {
  const { der, pem } = makeCa(bench, { name: 'bytes', key: 'p256', subject: '/CN=bytes' })
  expect(decodeCertificate(Buffer.from(pem))).toBeUndefined()
  expect(decodeCertificate(der.subarray(0, -1))).toBeUndefined()
  expect(decodeCertificate(Buffer.concat([der, Buffer.from([0])]))).toBeUndefined()
  for (let at = 0; at < 60; at++) {
    const altered = Uint8Array.from(der)
    altered[at] = (altered[at] ?? 0) ^ 0xff
    expect(() => decodeCertificate(altered)).not.toThrow()
  }
})
