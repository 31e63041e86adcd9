import fc from 'fast-check'
import { expect, test } from 'vitest'
import vectors from '../../../tests/vectors/device-protocol-vectors.json' with { type: 'json' }
import { diagnoseClientId, parseAnyClientId, parseClientId, parseGroupClientId } from './client-id.ts'

// The forms of registration groups (C18, C19) are not those of ordinary devices.
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

const groupForms = vectors.client_id.filter(({ parsed }) => parsed && parsed.form !== 'access')

test.for(groupForms)('$id parses as that of a registration group: $note', ({ client_id: raw, parsed }) => {
  expect(parseAnyClientId(raw)).toEqual({
    id: parsed?.id,
    kind: 'device',
    signType: parsed?.sign_type ?? 0,
    timestamp: parsed?.timestamp ?? '',
    scope: parsed?.scope_id,
  })
})

test.for([
  'dev1_0_2024060112',
  'dev1_0_0_202406011',
  'dev1_0_a',
  'dev1_0_12_0_2024060112',
  'a_0_b!_0_2024060112',
])('%s names no registration group', (raw) => {
  expect(parseGroupClientId(raw)).toBeUndefined()
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
      expect(parseAnyClientId(raw) ?? diagnoseClientId(raw).code).toBeTruthy()
    }),
  )
})
