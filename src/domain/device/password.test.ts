import { createHash, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import vectors from '../../../tests/vectors/device-protocol-vectors.json' with { type: 'json' }
import {
  diagnosePassword,
  expectedPassword,
  isPasswordOf,
  isSm3Available,
  type PasswordQuestion,
} from './password.ts'

const question = (password: string, timestamp = '2025041401', signType: 0 | 1 | 2 = 0): PasswordQuestion => ({
  password: Buffer.from(password),
  timestamp,
  signType,
})

test('SM3 is there in the pinned Node', () => {
  expect(isSm3Available).toBe(true)
})

for (const { id, secret, timestamp, algorithm, sign_type, password, note } of vectors.password) {
  test(`${id} ${algorithm}: ${note}`, () => {
    expect(expectedPassword(secret, timestamp, algorithm === 'HMAC-SM3' ? 'SM3' : 'SHA256')).toBe(password)
    const asked = question(password, timestamp, sign_type as 0 | 1 | 2)
    expect(isPasswordOf([secret], asked)).toBe(true)
    expect(isPasswordOf(['another-secret', secret], asked)).toBe(true)
    expect(isPasswordOf(['another-secret'], asked)).toBe(false)
    expect(isPasswordOf([], asked)).toBe(false)
  })
}

const mistakes: { readonly [id: string]: string } = {
  N01: 'password-key-swapped',
  N02: 'password-upper-case',
  N03: 'password-base64',
  N04: 'password-not-hmac',
  N05: 'password-is-secret',
  N06: 'password-other-hour',
}
for (const { id, secret, timestamp, password, reason } of vectors.password_negative) {
  test(`${id} is wrong, and its mistake is recognised: ${reason}`, () => {
    expect(isPasswordOf([secret], question(password, timestamp))).toBe(false)
    expect(diagnosePassword([secret], question(password, timestamp))?.code).toBe(mistakes[id])
  })
}

test('the hour that a password was computed for is found, in local time too', () => {
  const local = expectedPassword('12345678', '2025041409', 'SHA256') ?? ''
  expect(diagnosePassword(['12345678'], question(local))).toEqual({
    code: 'password-other-hour',
    signed: '2025041409',
  })
  const today = expectedPassword('12345678', '2026112220', 'SHA256') ?? ''
  expect(diagnosePassword(['12345678'], question(today), ['2026112220'])).toEqual({
    code: 'password-other-hour',
    signed: '2026112220',
  })
})

test('the other algorithm, a line break behind the secret, spaces around the digest', () => {
  const sm3 = expectedPassword('12345678', '2025041401', 'SM3') ?? ''
  expect(diagnosePassword(['12345678'], question(sm3))).toEqual({
    code: 'password-other-algorithm',
    used: 'SM3',
    asked: 'SHA256',
  })
  const echoed = createHmac('sha256', '2025041401').update('12345678\n').digest('hex')
  expect(diagnosePassword(['12345678'], question(echoed))?.code).toBe('password-line-break')
  const right = expectedPassword('12345678', '2025041401', 'SHA256') ?? ''
  expect(diagnosePassword(['12345678'], question(`${right}\n`))?.code).toBe('password-spaces')
  const printed = [`SHA2-256(stdin)= ${right}`, `(stdin)= ${right}`, `${right} *stdin`]
  for (const line of printed)
    expect(diagnosePassword(['12345678'], question(line))).toEqual({ code: 'password-with-label' })
})

test('a password that fits nothing is not explained away', () => {
  const noise = createHash('sha256').update('noise').digest('hex')
  expect(diagnosePassword(['12345678'], question(noise), ['2026112220'])).toBeUndefined()
  expect(diagnosePassword(['12345678'], question('x'.repeat(60_000)))).toBeUndefined()
})
