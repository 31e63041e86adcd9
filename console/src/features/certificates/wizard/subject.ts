/** Whom a certificate names, in the fields that openssl asks for (guide S51); an empty one is left out. */
export interface Subject {
  readonly country: string
  readonly state: string
  readonly locality: string
  readonly organization: string
  readonly unit: string
  readonly commonName: string
  readonly email: string
}

export type SubjectField = keyof Subject

export const emptySubject: Subject = {
  country: '',
  state: '',
  locality: '',
  organization: '',
  unit: '',
  commonName: '',
  email: '',
}

/** The guide's own values (S51, S68): the same for CA and device. */
export const guideSubject: Subject = {
  country: 'CN',
  state: 'GD',
  locality: 'SZ',
  organization: 'Huawei',
  unit: 'IoT',
  commonName: 'zhangsan',
  email: '',
}

interface Attribute {
  readonly field: SubjectField
  /** As openssl's `-subj` calls it. */
  readonly name: string
  readonly oid: string
  /** How the value is encoded: RFC 5280 §4.1.2.4 and appendix A.1. */
  readonly form: 'printableString' | 'utf8String' | 'ia5String'
  /** Letters at most: the upper bounds of RFC 5280 appendix A.1. */
  readonly max: number
}

/** In the order in which openssl asks, which is the order of the name. */
export const attributes: readonly Attribute[] = [
  { field: 'country', name: 'C', oid: '2.5.4.6', form: 'printableString', max: 2 },
  { field: 'state', name: 'ST', oid: '2.5.4.8', form: 'utf8String', max: 128 },
  { field: 'locality', name: 'L', oid: '2.5.4.7', form: 'utf8String', max: 128 },
  { field: 'organization', name: 'O', oid: '2.5.4.10', form: 'utf8String', max: 64 },
  { field: 'unit', name: 'OU', oid: '2.5.4.11', form: 'utf8String', max: 64 },
  { field: 'commonName', name: 'CN', oid: '2.5.4.3', form: 'utf8String', max: 64 },
  { field: 'email', name: 'emailAddress', oid: '1.2.840.113549.1.9.1', form: 'ia5String', max: 255 },
]

const given = (subject: Subject): readonly (Attribute & { readonly value: string })[] =>
  attributes
    .map((attribute) => ({ ...attribute, value: subject[attribute.field].trim() }))
    .filter(({ value }) => value !== '')

/** Each attribute in a set of its own, as `@peculiar/x509` takes a name. */
export const nameOfSubject = (subject: Subject) =>
  given(subject).map(({ oid, form, value }) => ({ [oid]: [{ [form]: value }] }))

/** As openssl's `-subj` takes it between double quotes of a shell: `/C=CN/CN=zhangsan`. */
export const subjectOption = (subject: Subject): string =>
  given(subject)
    .map(
      ({ name, value }) =>
        `/${name}=${value.replaceAll(/[\\/+"$`!]/g, (letter) => escapes[letter] ?? letter)}`,
    )
    .join('')

// Slash and plus part a name for openssl, quotes and the others a text for the shell; a backslash is one for both. An
// interactive shell puts an earlier command where a bare `!` is; it leaves the backslash, which openssl takes away.
const escapes: { readonly [letter: string]: string } = {
  '\\': '\\\\\\\\',
  '/': '\\\\/',
  '+': '\\\\+',
  '"': '\\"',
  $: '\\$',
  '`': '\\`',
  '!': '\\!',
}

/** Whether two certificates would have the same name: some TLS libraries then take one for self-signed. */
export const isSameSubject = (a: Subject, b: Subject): boolean => subjectOption(a) === subjectOption(b)

/** The first field that cannot be put into a certificate, and why; undefined when all can. */
export function subjectFault(
  subject: Subject,
): { readonly field: SubjectField; readonly rule: 'needed' | 'country' | 'email' | 'letters' } | undefined {
  if (subject.commonName.trim() === '') return { field: 'commonName', rule: 'needed' }
  if (!/^([A-Z]{2})?$/.test(subject.country.trim())) return { field: 'country', rule: 'country' }
  if (!/^[\x20-\x7e]*$/.test(subject.email)) return { field: 'email', rule: 'email' }
  // Control characters have no place in a name (RFC 5280 appendix A.1 bounds only its length).
  const odd = given(subject).find(({ value, max }) => /\p{Cc}/u.test(value) || value.length > max)
  return odd && { field: odd.field, rule: 'letters' }
}
