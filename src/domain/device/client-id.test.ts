import fc from 'fast-check'
import { expect, test } from 'vitest'
import vectors from '../../../tests/vectors/device-protocol-vectors.json' with { type: 'json' }
import { diagnoseClientId, parseClientId } from './client-id.ts'

// The forms of provisioning (C18, C19) belong to a listener that is not there: here they are refused, as C17 is.
const accessForms = vectors.client_id.filter(({ parsed }) => parsed?.form === 'access')
const otherForms = vectors.client_id.filter(({ parsed }) => parsed?.form !== 'access')

test.for(accessForms)('$id parses: $note', ({ client_id: raw, parsed }) => {
  expect(parseClientId(raw)).toEqual({
    id: parsed?.id,
    kind: parsed?.kind,
    signType: parsed?.sign_type,
    timestamp: parsed?.timestamp,
  })
})

test.for(otherForms)('$id is refused on the ordinary listener: $note', ({ client_id: raw }) => {
  expect(parseClientId(raw)).toBeUndefined()
})

test.for([
  ['', 'client-id-missing'],
  ['x'.repeat(300), 'client-id-too-long'],
  ['dev1', 'client-id-incomplete'],
  ['prod_node1', 'client-id-incomplete'],
  ['prod_a_b_node1', 'client-id-incomplete'],
  ['dev1_0_0_202406011', 'client-id-timestamp'],
  ['dev1_0_0_20240601123', 'client-id-timestamp'],
  ['dev1_0_0_2024O60112', 'client-id-timestamp'],
  ['dev1_0_3_2024060112', 'client-id-sign-type'],
  ['dev1_7_0_2024060112', 'client-id-kind'],
  ['dev1_1_0_2024060112', 'client-id-kind'],
  ['dev.1_0_0_2024060112', 'client-id-device-id'],
  ['设备1_0_0_2024060112', 'client-id-device-id'],
  ['_0_0_2024060112', 'client-id-device-id'],
  [`${'d'.repeat(129)}_0_0_2024060112`, 'client-id-device-id'],
  ['dev1_0_ab12cd34ef56', 'client-id-provisioning'],
  ['dev_1_0_ab12cd34ef56_0_2024060112', 'client-id-provisioning'],
] as const)('%s is told as %s', ([raw, code]) => {
  expect(parseClientId(raw)).toBeUndefined()
  expect(diagnoseClientId(raw).code).toBe(code)
})

test('any id made of the four parts parses back to them, underscores and all', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/),
      fc.constantFrom('0', '3'),
      fc.constantFrom(0, 1, 2),
      fc.stringMatching(/^\d{10}$/),
      (id, kind, signType, timestamp) => {
        expect(parseClientId(`${id}_${kind}_${signType}_${timestamp}`)).toEqual({
          id,
          kind: kind === '3' ? 'bridge' : 'device',
          signType,
          timestamp,
        })
      },
    ),
  )
})

test('any text is parsed or diagnosed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (raw) => {
      expect(parseClientId(raw) ?? diagnoseClientId(raw).code).toBeTruthy()
    }),
  )
})
