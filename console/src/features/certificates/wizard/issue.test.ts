import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { caCommands, signedCommands } from '../openssl-commands.ts'
import { issueCa, issueSigned } from './issue.ts'
import {
  emptySubject,
  guideSubject,
  isSameSubject,
  type Subject,
  subjectFault,
  subjectOption,
} from './subject.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'quayside-wizard-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

/** Runs lines as a person pastes them into a shell. */
const shell = (lines: string): string =>
  execFileSync('sh', ['-e', '-c', lines], { cwd: dir, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** The name as it is encoded, byte for byte. */
const encodedSubject = (file: string): string =>
  shell(`openssl x509 -noout -subject -nameopt RFC2253,show_type,dump_der,dump_all -in ${file}`)

const request = { keyKind: 'p256', days: 500, now: Date.now() } as const

const subjects: readonly (readonly [string, Subject])[] = [
  ['the guide’s', { ...guideSubject, email: '1234567@163.com' }],
  ['a Common Name alone', { ...emptySubject, commonName: 'device-1' }],
  ['Chinese', { ...emptySubject, organization: '华为', commonName: '工坊 CA' }],
  [
    'what shells and openssl take for their own',
    { ...emptySubject, unit: 'a/b+c', commonName: 'it\'s "5" $HOME `x` \\ #1, =!!' },
  ],
]

test.each(subjects)(
  'the commands shown make the very name that the browser makes: %s',
  async (_what, subject) => {
    const ca = await issueCa({ ...request, subject })
    const device = await issueSigned(ca, { ...request, subject })
    writeFileSync(join(dir, 'ours.pem'), ca.pem)
    writeFileSync(join(dir, 'ourDevice.pem'), device.pem)

    shell(caCommands({ keyKind: 'p256', days: 1024, subject: subjectOption(subject) }))
    shell(signedCommands({ name: 'deviceCert', keyKind: 'p256', days: 500, subject: subjectOption(subject) }))

    expect(encodedSubject('ours.pem')).toBe(encodedSubject('rootCA.pem'))
    expect(encodedSubject('ourDevice.pem')).toBe(encodedSubject('deviceCert.pem'))
  },
)

test('nothing of a subject is run by an interactive shell, whose history a bare ! would bring in', () => {
  const subject = { ...emptySubject, commonName: 'x !! !touch' }
  const lines = caCommands({ keyKind: 'p256', days: 1, subject: subjectOption(subject) })
  const input = `set -o history; set -H\ntrue "said before"\n${lines}\nexit\n`
  const options = ['--noprofile', '--norc', '-i']
  execFileSync('bash', options, { cwd: dir, input, stdio: ['pipe', 'ignore', 'ignore'] })

  expect(shell('openssl x509 -noout -subject -in rootCA.pem')).toContain('x !! !touch')
})

test('openssl verifies an elliptic device certificate of an RSA CA, also where both have one name', async () => {
  const ca = await issueCa({ ...request, keyKind: 'rsa', subject: guideSubject })
  const device = await issueSigned(ca, { ...request, subject: guideSubject })
  writeFileSync(join(dir, 'rootCA.pem'), ca.pem)
  writeFileSync(join(dir, 'deviceCert.pem'), device.pem)
  writeFileSync(join(dir, 'deviceCert.csr'), device.csrPem ?? '')

  expect(shell('openssl verify -x509_strict -CAfile rootCA.pem deviceCert.pem')).toContain(
    'deviceCert.pem: OK',
  )
  shell('openssl req -verify -noout -in deviceCert.csr')
  const printed = shell('openssl x509 -noout -fingerprint -sha256 -in deviceCert.pem')
  expect(printed.replaceAll(':', '').trim().toLowerCase()).toBe(`sha256 fingerprint=${device.fingerprint}`)
  expect(readFileSync(join(dir, 'rootCA.pem'), 'utf8')).toMatch(/^-----BEGIN CERTIFICATE-----\n/)
})

test('a validity that goes beyond 2049 is one that openssl reads', async () => {
  const ca = await issueCa({ ...request, subject: guideSubject, days: 36_500, now: Date.UTC(2026, 10, 22) })
  writeFileSync(join(dir, 'rootCA.pem'), ca.pem)

  expect(shell('openssl x509 -noout -enddate -in rootCA.pem')).toBe('notAfter=Oct 29 00:00:00 2126 GMT\n')
})

test('a subject without a Common Name, or with what no certificate can carry, is told by its field', () => {
  expect(subjectFault(guideSubject)).toBeUndefined()
  expect(subjectFault(emptySubject)).toEqual({ field: 'commonName', rule: 'needed' })
  expect(subjectFault({ ...guideSubject, country: 'China' })).toEqual({ field: 'country', rule: 'country' })
  expect(subjectFault({ ...guideSubject, email: '工@163.com' })).toEqual({ field: 'email', rule: 'email' })
  expect(subjectFault({ ...guideSubject, commonName: 'x'.repeat(65) })).toEqual({
    field: 'commonName',
    rule: 'letters',
  })
  expect(subjectFault({ ...guideSubject, unit: 'a\nb' })).toEqual({ field: 'unit', rule: 'letters' })
})

test('two subjects are the same when their certificates would have the same name', () => {
  expect(isSameSubject(guideSubject, { ...guideSubject, commonName: ' zhangsan ' })).toBe(true)
  expect(isSameSubject(guideSubject, { ...guideSubject, commonName: 'device-1' })).toBe(false)
})
