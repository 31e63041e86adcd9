import { expect, test } from 'vitest'
import { bytesText, fingerprintText, hostPort, numberText, shortened } from './format.ts'

test('long ids are shortened in the middle, short ones are left whole', () => {
  expect(shortened('0123456789abcdef0123456789abcdef')).toBe('01234567…abcdef')
  expect(shortened('0123456789abcde')).toBe('0123456789abcde')
})

test('a fingerprint is written as openssl prints it', () => {
  expect(fingerprintText('0a1b2c')).toBe('0A:1B:2C')
})

test('RFC 3986 §3.2.2: an IPv6 address stands in brackets before its port', () => {
  expect(hostPort('fe80::1', 8883)).toBe('[fe80::1]:8883')
  expect(hostPort('192.0.2.7', 8883)).toBe('192.0.2.7:8883')
})

test('whole numbers stay whole, fractions show what a double holds of them, or as few digits as are asked for', () => {
  expect(numberText(1_234_567, 'en')).toBe('1,234,567')
  expect(numberText(0.1 + 0.2, 'en')).toBe('0.3')
  expect(numberText(3.728474345958, 'en', 6)).toBe('3.72847')
  expect(numberText(1_234_567, 'en', 6)).toBe('1,234,567')
})

test('bytes are three digits of the unit that people think in', () => {
  expect([0, 999, 1000, 67_108_864, 12_345_678_901, 2e15].map((bytes) => bytesText(bytes, 'en'))).toEqual([
    '0 B',
    '999 B',
    '1 kB',
    '67.1 MB',
    '12.3 GB',
    '2,000 TB',
  ])
})
