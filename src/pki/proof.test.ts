import { afterAll, expect, test } from 'vitest'
import {
  intermediateExtensions,
  makeCa,
  makeKey,
  openWorkbench,
  signLeaf,
  verificationCert,
} from '../../tests/support/openssl.ts'
import { judgeProof } from './proof.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

const code = '0123456789abcdef0123456789abcdef'
const ca = makeCa(bench, { key: 'p256' })
let names = 0
const options = () => ({ name: `proof${++names}`, key: 'p256' as const })
const soon = () => Date.now() + 60_000

/** `proven`, or what the caller is told. */
function judge(content: string, { caDer = ca.der, at = soon() } = {}): string {
  const judgement = judgeProof({ content, code, caDer }, at)
  return judgement.kind === 'proven' ? 'proven' : judgement.refusal.message
}

test('X6, guide S55–S60: a certificate with the code as Common Name, signed by the CA, proves possession', () => {
  const guideCa = makeCa(bench, { name: 'guideCA' })
  const proof = verificationCert(bench, guideCa, code, { name: 'guideProof' })
  expect(judge(proof.pem, { caDer: guideCa.der })).toBe('proven')
  expect(
    judge(verificationCert(bench, ca, code, { ...options(), subject: `/C=CN/O=x/CN=${code}` }).pem),
  ).toBe('proven')
})

test('X6: the Common Name must be there once and be the code; spaces around it are forgiven, case is not', () => {
  const named = (subject: string) => judge(signLeaf(bench, ca, { ...options(), subject }).pem)
  expect(named('/CN=zhangsan')).toContain(
    `its Common Name is 'zhangsan', but must be the verification code ${code}`,
  )
  expect(named('/O=x')).toContain('it has no Common Name')
  expect(named(`/CN=${code}/CN=${code}`)).toContain('it has 2 Common Names')
  expect(named(`/CN=${code.toUpperCase()}`)).toContain('its Common Name is')
  expect(named(`/CN= ${code} `)).toBe('proven')
})

test('X6: another key, its own key, an intermediate, an impostor CA and the CA itself prove nothing', () => {
  const impostor = makeCa(bench, { name: 'impostor', key: 'p256' })
  expect(judge(verificationCert(bench, impostor, code, options()).pem)).toContain(
    "signed by another key than the CA's",
  )
  const keyPath = makeKey(bench, 'own', 'p256')
  expect(judge(makeCa(bench, { name: 'own-signed', keyPath, subject: `/CN=${code}` }).pem)).toContain(
    'signed by its own key',
  )
  const middle = signLeaf(bench, ca, {
    ...options(),
    subject: '/CN=middle',
    extensions: intermediateExtensions,
  })
  expect(judge(verificationCert(bench, middle, code, options()).pem)).toContain(
    "signed by another key than the CA's",
  )
  expect(judge(ca.pem)).toContain('it is the CA certificate itself')
})

test('X6: out of date, weakly signed, or for an expired CA, it proves nothing', () => {
  const old = { from: '20200101000000Z', to: '20210101000000Z' }
  expect(judge(verificationCert(bench, ca, code, { ...options(), validity: old }).pem)).toContain(
    'it expired at 2021',
  )
  expect(judge(verificationCert(bench, ca, code, { ...options(), digest: 'sha1' }).pem)).toContain(
    'use -sha256',
  )
  const early = { from: '21000101000000Z', to: '21010101000000Z' }
  expect(judge(verificationCert(bench, ca, code, { ...options(), validity: early }).pem)).toContain(
    'valid only from 2100',
  )
  const oldCa = makeCa(bench, { name: 'oldCA', key: 'p256', validity: old })
  const late = verificationCert(bench, oldCa, code, options())
  expect(judge(late.pem, { caDer: oldCa.der })).toContain('the CA certificate expired at 2021')
  const future = makeCa(bench, { name: 'futureCA', key: 'p256', validity: early })
  expect(judge(late.pem, { caDer: future.der })).toContain('the CA certificate is valid only from 2100')
})

test('X7: what is not one certificate is refused by its own name', () => {
  const refusal = (content: string) => {
    const judgement = judgeProof({ content, code, caDer: ca.der }, soon())
    return judgement.kind === 'refused' && judgement.refusal.refusal
  }
  expect(refusal(ca.keyPem)).toBe('certificate-is-private-key')
  expect(refusal(ca.pem + ca.pem)).toBe('certificate-bundle')
  expect(refusal('nonsense')).toBe('certificate-unreadable')
  expect(refusal(Buffer.from(ca.der).toString('latin1'))).toBe('certificate-is-der')
})
