import type { SubjectField, SubjectFields } from '../base/subject-fields.ts'
import { parseCertificate } from './decode.ts'
import { readable } from './names.ts'

/** RFC 5280 appendix A.1. `serial_number` is the attribute of the subject, not the number that the CA gave. */
const fieldOf: { readonly [oid: string]: SubjectField } = {
  '2.5.4.6': 'country',
  '2.5.4.10': 'organization',
  '2.5.4.11': 'organizational_unit',
  '2.5.4.46': 'distinguished_name_qualifier',
  '2.5.4.8': 'state_name',
  '2.5.4.3': 'common_name',
  '2.5.4.5': 'serial_number',
}

/** Longer than anything that a template can make of it: what is longer is cut, and then fits nothing. */
const VALUE_CHARS_MAX = 512

/**
 * Reads the subject of a certificate (DER) that has been decoded before. Of a field that stands more than once the last
 * one counts, the most specific, as everywhere in this folder. An empty value is none.
 */
export function readSubjectFields(der: Uint8Array): SubjectFields {
  const fields: { [F in SubjectField]?: string } = {}
  for (const { type, value } of parseCertificate(der).subject.typesAndValues) {
    const field = fieldOf[type]
    const raw: unknown = value.valueBlock.value
    if (field && typeof raw === 'string' && raw !== '') fields[field] = readable(raw, VALUE_CHARS_MAX)
  }
  return fields
}
