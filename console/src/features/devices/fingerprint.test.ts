import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { understand, understandFile } from './fingerprint.ts'

const folder = mkdtempSync(join(tmpdir(), 'quayside-fingerprint-'))
afterAll(() => rmSync(folder, { recursive: true }))
const openssl = (...args: string[]) =>
  execFileSync('openssl', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const file = (name: string) => readFileSync(join(folder, name))

openssl(
  'req',
  '-x509',
  '-newkey',
  'rsa:2048',
  '-nodes',
  '-keyout',
  'device.key',
  '-out',
  'device.pem',
  '-subj',
  '/CN=d1',
)
openssl('x509', '-in', 'device.pem', '-outform', 'der', '-out', 'device.der')
const sha256 =
  /=(.*)/.exec(openssl('x509', '-in', 'device.pem', '-noout', '-fingerprint', '-sha256'))?.[1] ?? ''
const hex = sha256.replaceAll(':', '').toLowerCase()

test.each([
  ['what openssl prints', () => openssl('x509', '-in', 'device.pem', '-noout', '-fingerprint', '-sha256')],
  ['colons', () => sha256],
  ['lower case without colons', () => hex],
  ['spaces', () => ` ${sha256.replaceAll(':', ' ')} `],
  ['dashes', () => sha256.replaceAll(':', '-')],
  ['several lines', () => `SHA-256 Fingerprint:\n${sha256.slice(0, 48)}\n${sha256.slice(48)}\n`],
  ['what Windows prints', () => `Cert Hash(sha256): ${hex}`],
  ['a full-width colon', () => `SHA-256 指纹：${sha256}`],
])('a SHA-256 fingerprint is understood: %s', (_form, text) => {
  expect(understand(text())).toEqual({ kind: 'fingerprint', digest: 'SHA-256', hex })
})

test('a SHA-1 fingerprint is understood by its length', () => {
  const line = openssl('x509', '-in', 'device.pem', '-noout', '-fingerprint', '-sha1')

  expect(understand(line)).toMatchObject({ kind: 'fingerprint', digest: 'SHA-1' })
})

test('hexadecimal of another length is told apart from what is no fingerprint at all', () => {
  expect(understand(hex.slice(0, 62))).toEqual({ kind: 'digits', count: 62 })
  expect(understand(openssl('x509', '-in', 'device.pem', '-noout', '-fingerprint', '-md5'))).toEqual({
    kind: 'digits',
    count: 32,
  })
  expect(understand('the one from yesterday')).toEqual({ kind: 'unreadable' })
  expect(understand(' \n')).toEqual({ kind: 'empty' })
})

test("the guide's command prints a fingerprint and a certificate: both are taken", () => {
  const text = openssl('x509', '-fingerprint', '-sha256', '-in', 'device.pem')

  expect(understand(text)).toEqual({ kind: 'certificate', pem: text, told: hex })
})

test('a certificate is understood as PEM, as bare Base64 and as a DER file, which becomes PEM', () => {
  const pem = file('device.pem').toString()
  const base64 = pem.replaceAll(/-----.*-----/g, '')

  expect(understand(pem)).toEqual({ kind: 'certificate', pem })
  expect(understand(base64)).toEqual({ kind: 'certificate', pem })
  expect(understandFile(file('device.der'))).toEqual({ text: pem, understood: { kind: 'certificate', pem } })
  expect(understandFile(file('device.pem'))).toEqual({ text: pem, understood: { kind: 'certificate', pem } })
})

test('a private key is told in every form, and nothing of it is kept', () => {
  openssl('pkey', '-in', 'device.key', '-outform', 'der', '-out', 'pkcs8.der')
  openssl('rsa', '-in', 'device.key', '-traditional', '-out', 'pkcs1.key')
  openssl(
    'pkcs8',
    '-topk8',
    '-in',
    'device.key',
    '-outform',
    'der',
    '-passout',
    'pass:x',
    '-out',
    'encrypted.der',
  )
  openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-outform', 'der', '-out', 'sec1.der')
  openssl(
    'pkcs12',
    '-export',
    '-in',
    'device.pem',
    '-inkey',
    'device.key',
    '-passout',
    'pass:x',
    '-out',
    'device.p12',
  )

  for (const name of ['device.key', 'pkcs1.key', 'pkcs8.der', 'encrypted.der', 'sec1.der', 'device.p12'])
    expect([name, understandFile(file(name))]).toEqual([
      name,
      { text: '', understood: { kind: 'private-key' } },
    ])
  expect(understand(file('pkcs8.der').toString('base64'))).toEqual({ kind: 'private-key' })
})
