import { afterAll, expect, test } from 'vitest'
import { type CaOptions, makeCa, makeKey, openWorkbench, signLeaf } from '../../tests/support/openssl.ts'
import { judgeUpload } from './upload.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

let names = 0
const ca = (options: CaOptions = {}) =>
  makeCa(bench, { name: `ca${++names}`, key: 'p256', subject: `/CN=ca ${names}`, ...options })
const now = () => Date.now() + 60_000
/** `accepted`, or the refusal's name. */
function judge(content: string, at = now()): string {
  const judgement = judgeUpload(content, at)
  return judgement.kind === 'accepted' ? 'accepted' : judgement.refusal.refusal
}
/** What the caller is told. */
function told(content: string, at = now()): string {
  const judgement = judgeUpload(content, at)
  return judgement.kind === 'refused' ? judgement.refusal.message : ''
}

const good = ca()

test('X3: the CA of the guide is accepted, with facts and one canonical PEM block', () => {
  const guide = makeCa(bench)
  const judgement = judgeUpload(guide.pem, now())
  expect(judgement).toMatchObject({ kind: 'accepted', facts: { sha256: guide.sha256 }, pem: guide.pem })
})

test('text of openssl around the block, CRLF, spaces and a byte order mark do no harm', () => {
  const printed = bench.openssl('x509', '-in', good.certPath, '-text')
  const variants = [
    printed,
    good.pem.replaceAll('\n', '\r\n'),
    `\ufeff  ${good.pem}\n\n`,
    `${good.pem}trailing text\n`,
  ]
  for (const variant of variants) {
    const judgement = judgeUpload(variant, now())
    expect(judgement).toMatchObject({ kind: 'accepted', pem: good.pem })
  }
})

test('X3: strong keys of every kind are accepted, weak ones named', () => {
  for (const key of ['rsa', 'rsa3072', 'p256', 'p384', 'p521', 'ed25519'] as const)
    expect(judge(ca({ key }).pem)).toBe('accepted')
  expect(told(ca({ key: 'rsa1024' }).pem)).toContain('its key is RSA-1024')
  expect(told(ca({ key: 'secp256k1' }).pem)).toContain('EC secp256k1')
  expect(judge(ca({ key: 'ed448' }).pem)).toBe('certificate-weak')
})

test('X3: SHA-1 is let through on a self-signed CA and refused below another', () => {
  expect(judge(ca({ digest: 'sha1' }).pem)).toBe('accepted')
  const below = signLeaf(bench, good, {
    name: 'sha1-sub',
    key: 'p256',
    subject: '/CN=sub',
    digest: 'sha1',
    extensions: ['basicConstraints=CA:true'],
  })
  expect(told(below.pem)).toContain('ecdsa-with-SHA1')
})

test('X3: a self-signed version 1 CA is accepted; a version 1 certificate of another CA is a device certificate', () => {
  expect(judge(ca({ extensions: [] }).pem)).toBe('accepted')
  expect(judge(signLeaf(bench, good, { name: 'v1', key: 'p256', subject: '/CN=device' }).pem)).toBe(
    'certificate-not-ca',
  )
  // The guide's trap: the same subject as its CA, which is not a self-signature.
  const guide = makeCa(bench, { name: 'guide' })
  expect(judge(signLeaf(bench, guide, { name: 'same' }).pem)).toBe('certificate-not-ca')
})

test('X3: extensions must say CA:TRUE, and keyCertSign where there is key usage', () => {
  expect(judge(ca({ extensions: ['basicConstraints=CA:true'] }).pem)).toBe('accepted')
  expect(told(ca({ extensions: ['basicConstraints=CA:false'] }).pem)).toContain('CA:FALSE')
  expect(told(ca({ extensions: ['subjectKeyIdentifier=hash'] }).pem)).toContain('no basic constraints')
  expect(
    told(ca({ extensions: ['basicConstraints=critical,CA:true', 'keyUsage=digitalSignature'] }).pem),
  ).toContain('lacks keyCertSign')
})

test('X3: expired is refused; valid until 2159, or only from tomorrow on, is not', () => {
  const old = ca({ validity: { from: '20200101000000Z', to: '20210101000000Z' } })
  expect(told(old.pem)).toContain('expired at 2021-01-01T00:00:00.000Z')
  expect(judge(ca({ validity: { from: '20200101000000Z', to: '21590101000000Z' } }).pem)).toBe('accepted')
  expect(judge(good.pem, Date.now() - 86_400_000)).toBe('accepted')
})

test.for(['PRIVATE KEY', 'RSA PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY'] as const)(
  'X7: a %s is refused, beside a certificate, cut off, as Base64 and as DER, and not repeated',
  (label) => {
    const kind = label.startsWith('EC') ? 'p256' : 'rsa'
    const path = makeKey(bench, label.replaceAll(' ', '-'), kind)
    const convert = {
      'PRIVATE KEY': ['pkey', '-in', path],
      'RSA PRIVATE KEY': ['rsa', '-in', path, '-traditional'],
      'EC PRIVATE KEY': ['ec', '-in', path],
      'ENCRYPTED PRIVATE KEY': ['pkcs8', '-topk8', '-in', path, '-passout', 'pass:secret'],
    }[label]
    const pem = bench.openssl(...convert)
    expect(pem).toContain(`-----BEGIN ${label}-----`)
    const base64 = pem.replaceAll(/-----.*-----|\s/g, '')
    const mislabelled = pem.replaceAll(label, 'CERTIFICATE')
    for (const content of [
      pem,
      good.pem + pem,
      pem + good.pem,
      pem.slice(0, 200),
      base64,
      mislabelled,
      Buffer.from(base64, 'base64').toString('latin1'),
    ]) {
      expect(judge(content)).toBe('certificate-is-private-key')
      expect(told(content)).not.toContain(base64.slice(40, 60))
    }
  },
)

test('DER, bundles and everything else is told apart', () => {
  expect(judge(Buffer.from(good.der).toString('latin1'))).toBe('certificate-is-der')
  expect(judge(Buffer.from(good.der).toString('utf8'))).toBe('certificate-is-der')
  expect(told(good.pem + ca().pem)).toContain('holds 2 certificates')
  expect(told(good.pem.repeat(150))).toContain('holds 150 certificates')
})

test.for([
  { detail: 'it is empty', content: '' },
  { detail: 'there is no -----BEGIN CERTIFICATE----- line', content: 'hello' },
  { detail: 'cut off', content: good.pem.slice(0, -30) },
  { detail: 'the BEGIN line is missing', content: good.pem.slice(40) },
  {
    detail: 'the line -----BEGIN CERTIFICATE----- is missing',
    content: good.pem.replaceAll(/-----.*-----|\n/g, ''),
  },
  { detail: 'is not Base64', content: good.pem.replace('MII', 'M!I') },
  { detail: 'certificate request (CSR)', content: good.pem.replaceAll('CERTIFICATE', 'CERTIFICATE REQUEST') },
  { detail: 'TRUSTED CERTIFICATE', content: good.pem.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE') },
  { detail: 'it is a public key', content: good.pem.replaceAll('CERTIFICATE', 'PUBLIC KEY') },
  { detail: 'PKCS #7', content: good.pem.replaceAll('CERTIFICATE', 'PKCS7') },
  { detail: 'a block of the kind X509 CRL', content: good.pem.replaceAll('CERTIFICATE', 'X509 CRL') },
  { detail: 'followed by END', content: good.pem.replace('END CERTIFICATE', 'END THING') },
  {
    detail: '3 bytes follow the certificate',
    content: toBlock(Buffer.concat([good.der, Buffer.from([1, 2, 3])])),
  },
  { detail: 'the certificate is cut off', content: toBlock(good.der.subarray(0, 100)) },
  { detail: 'does not hold an X.509 certificate', content: toBlock(Buffer.from('hello')) },
] as const)('unreadable: $detail', ({ content, detail }) => {
  expect(judge(content)).toBe('certificate-unreadable')
  expect(told(content)).toContain(detail)
})

test('line breaks written out as \\n, as JSON pasted into JSON has them, are forgiven', () => {
  expect(judge(good.pem.replaceAll('\n', '\\n'))).toBe('accepted')
})

function toBlock(bytes: Uint8Array): string {
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE-----\n`
}
