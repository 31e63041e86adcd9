/** The parts of a certificate's subject that a provisioning template can read (device protocol §2.6 B). */
export const subjectFieldNames = [
  'country',
  'organization',
  'organizational_unit',
  'distinguished_name_qualifier',
  'state_name',
  'common_name',
  'serial_number',
] as const
export type SubjectField = (typeof subjectFieldNames)[number]

/** Texts come from the certificate: bounded, without control characters, untrusted. Absent: the subject has none. */
export type SubjectFields = { readonly [F in SubjectField]?: string }
