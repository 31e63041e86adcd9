import { expect, test } from 'vitest'
import { type Certificate, concernsOf } from './certificates.ts'

const now = Date.UTC(2026, 10, 22, 12)

const aCertificate = (part: Partial<Certificate>): Certificate => ({
  certificate_id: 'c1',
  cn_name: 'zhangsan',
  owner: '',
  status: true,
  verify_code: '',
  provision_enable: false,
  ocsp_enable: false,
  ocsp_ssl_enable: false,
  create_date: '20260101T000000Z',
  effective_date: '20260101T000000Z',
  expiry_date: '20300101T000000Z',
  ...part,
})

const kindsOf = (...certificates: readonly Certificate[]): readonly string[] =>
  concernsOf(certificates, now).map(({ reasons }) => reasons.join(' '))

test('a verified CA that is good for long needs no attention', () => {
  expect(kindsOf(aCertificate({}))).toEqual([])
})

test('an unverified CA, one that expires within 60 days, and one that has expired need it', () => {
  expect(kindsOf(aCertificate({ status: false }))).toEqual(['unverified'])
  expect(kindsOf(aCertificate({ expiry_date: '20270121T115959Z' }))).toEqual(['expiring'])
  expect(kindsOf(aCertificate({ expiry_date: '20270121T120001Z' }))).toEqual([])
  expect(kindsOf(aCertificate({ expiry_date: '20261122T120000Z' }))).toEqual(['expired'])
})

test('a CA that has expired cannot be verified any more, so that is not asked for', () => {
  expect(kindsOf(aCertificate({ status: false, expiry_date: '20200101T000000Z' }))).toEqual(['expired'])
})

test('the most urgent comes first', () => {
  expect(
    kindsOf(
      aCertificate({ status: false }),
      aCertificate({ status: false, expiry_date: '20261201T000000Z' }),
      aCertificate({ expiry_date: '20200101T000000Z' }),
    ),
  ).toEqual(['expired', 'expiring unverified', 'unverified'])
})
