import { afterAll, expect, test } from 'vitest'
import { makeCa, openWorkbench } from '../../tests/support/openssl.ts'
import { readSubjectFields } from './subject-fields.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

test('device protocol §2.6 B: the seven parts of a subject are read, the last of several', () => {
  const { der } = makeCa(bench, {
    key: 'p256',
    subject: '/C=CN/ST=GD/L=SZ/O=Huawei/OU=first/OU=物联网/dnQualifier=q-7/serialNumber=SN-1/CN=meter-1',
  })

  expect(readSubjectFields(der)).toEqual({
    country: 'CN',
    state_name: 'GD',
    organization: 'Huawei',
    organizational_unit: '物联网',
    distinguished_name_qualifier: 'q-7',
    serial_number: 'SN-1',
    common_name: 'meter-1',
  })
})

test('what the subject lacks is absent, and control characters are taken out', () => {
  const { der } = makeCa(bench, { name: 'odd', key: 'p256', subject: '/CN=a\u0007b' })

  expect(readSubjectFields(der)).toEqual({ common_name: 'a\u{fffd}b' })
})
