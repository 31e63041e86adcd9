import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { derOf, pemOf, readCertificateFile, readCertificateText } from './pem.ts'

// A SEQUENCE that holds a SEQUENCE, as a certificate begins.
const der = Uint8Array.from([0x30, 0x04, 0x30, 0x02, 0x05, 0x00])
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const { privateKey: rsaKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

test('DER becomes PEM in lines of 64, and PEM is DER again', () => {
  const pem = pemOf(new Uint8Array(100).fill(7))

  expect(pem.split('\n').map((line) => line.length)).toEqual([27, 64, 64, 8, 25, 0])
  expect(derOf(pem)).toEqual(new Uint8Array(100).fill(7))
  expect(readCertificateFile(der)).toEqual({ kind: 'text', text: pemOf(der) })
})

test('PEM stays as it is, also as an older PowerShell writes it', () => {
  const text = `subject=CN=zhangsan\n${pemOf(der)}`

  expect(readCertificateFile(new TextEncoder().encode(text))).toEqual({ kind: 'text', text })
  expect(readCertificateFile(Buffer.from(`\ufeff${text}`, 'utf16le'))).toEqual({ kind: 'text', text })
})

test.each([
  ['PKCS #8', privateKey.export({ type: 'pkcs8', format: 'pem' })],
  ['SEC 1', privateKey.export({ type: 'sec1', format: 'pem' })],
  ['PKCS #1', rsaKey.export({ type: 'pkcs1', format: 'pem' })],
  [
    'encrypted PKCS #8',
    rsaKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: '1234' }),
  ],
])(
  'a private key is known as %s, with a certificate beside it, under a wrong label, without lines, as DER',
  (_form, pem) => {
    const text = String(pem)
    const body = derOf(text) ?? new Uint8Array()
    const privateKeyFound = { kind: 'private-key' }

    expect(readCertificateText(text)).toEqual(privateKeyFound)
    expect(readCertificateText(`${pemOf(der)}${text}`)).toEqual(privateKeyFound)
    expect(readCertificateText(pemOf(body))).toEqual(privateKeyFound)
    expect(readCertificateText(`${pemOf(der)}${pemOf(body)}`)).toEqual(privateKeyFound)
    expect(readCertificateText(text.replaceAll(/-----.*\n/g, ''))).toEqual(privateKeyFound)
    expect(readCertificateText(text.slice(0, 300))).toEqual(privateKeyFound)
    expect(readCertificateFile(body)).toEqual(privateKeyFound)
  },
)

test('what is neither text nor DER is told as that', () => {
  expect(readCertificateFile(Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0, 0]))).toEqual({ kind: 'binary' })
  expect(readCertificateFile(Uint8Array.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]))).toEqual({
    kind: 'binary',
  })
  expect(readCertificateFile(new Uint8Array())).toEqual({ kind: 'text', text: '' })
})
