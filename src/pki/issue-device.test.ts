import { X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { expect, onTestFinished, test } from 'vitest'
import { openWorkbench } from '../../tests/support/openssl.ts'
import { integer, time } from './der.ts'
import { makeDeviceCa, openDeviceIssuer } from './issue-device.ts'
import { judgeProof } from './proof.ts'
import { judgeUpload } from './upload.ts'

const NOON = Date.UTC(2026, 10, 22, 12)
const validity = { from: NOON - 86_400_000, to: NOON + 365 * 86_400_000 }

test('X3: a CA of our own making is one that an upload takes, and a certificate of it is the proof of its key', () => {
  const ca = makeDeviceCa('Simulator CA', validity)
  const proof = openDeviceIssuer(ca).issue('0123456789abcdef', validity)

  const upload = judgeUpload(ca.pem, NOON)

  expect(upload).toMatchObject({ kind: 'accepted', facts: { isCa: true, sha256: ca.fingerprint } })
  const caDer = new X509Certificate(ca.pem).raw
  expect(judgeProof({ content: proof.pem, code: '0123456789abcdef', caDer }, NOON)).toEqual({
    kind: 'proven',
  })
})

test('RFC 5280: OpenSSL finds nothing wrong with a device certificate in its strictest mode', () => {
  const bench = openWorkbench()
  onTestFinished(() => bench.dispose())
  const now = Date.now()
  const from = { from: now - 60_000, to: now + 60_000 }
  const ca = makeDeviceCa('Simulator CA', from)
  const leaf = openDeviceIssuer(ca).issue('sim-1', from)
  writeFileSync(bench.path('ca.pem'), ca.pem)
  writeFileSync(bench.path('leaf.pem'), leaf.pem)

  const said = bench.openssl(
    'verify',
    '-x509_strict',
    '-purpose',
    'sslclient',
    '-CAfile',
    'ca.pem',
    'leaf.pem',
  )

  expect(said.trim()).toBe('leaf.pem: OK')
})

test('a serial number with its highest bit set stays positive, and leading zeros are left out', () => {
  expect(integer(Buffer.of(0x80)).toString('hex')).toBe('02020080')
  expect(integer(Buffer.of(0, 0, 5)).toString('hex')).toBe('020105')
})

test('RFC 5280 §4.1.2.5: a year from 2050 on is written with four digits', () => {
  expect(
    time(Date.UTC(2049, 11, 31, 23, 59, 59))
      .subarray(2)
      .toString(),
  ).toBe('491231235959Z')
  expect(
    time(Date.UTC(2050, 0, 1))
      .subarray(2)
      .toString(),
  ).toBe('20500101000000Z')
})
