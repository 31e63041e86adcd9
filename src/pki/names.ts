import type { RelativeDistinguishedNames } from 'pkijs'

/** RFC 4514 §3 and the ones OpenSSL prints; others stand as their OID. */
const attributeNames: { readonly [oid: string]: string } = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.12': 'title',
  '2.5.4.42': 'GN',
  '2.5.4.46': 'dnQualifier',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
}

/** A name is for reading, in verdicts that are stored: what is longer is cut. */
const VALUE_CHARS_MAX = 128
const NAME_CHARS_MAX = 512

export interface DistinguishedName {
  /** Most specific part first: `CN=zhangsan, OU=IoT, O=Huawei`. */
  readonly text: string
  readonly commonNames: readonly string[]
  readonly organization: string
  /**
   * Equal for names that RFC 5280 §7.1 calls equal (case, inner spaces and string type do not count). It only picks
   * whom to ask: whether that one signed is settled by its key.
   */
  readonly canonical: string
}

export function readName(name: RelativeDistinguishedNames): DistinguishedName {
  const parts = name.typesAndValues.map(({ type, value }) => {
    const raw: unknown = value.valueBlock.value
    return { type, value: typeof raw === 'string' ? raw : '' }
  })
  const valuesOf = (oid: string) =>
    parts.filter(({ type }) => type === oid).map(({ value }) => readable(value, VALUE_CHARS_MAX))
  return {
    text: readable(
      parts
        .map(({ type, value }) => `${attributeNames[type] ?? type}=${readable(value, VALUE_CHARS_MAX)}`)
        .toReversed()
        .join(', '),
      NAME_CHARS_MAX,
    ),
    commonNames: valuesOf('2.5.4.3'),
    organization: valuesOf('2.5.4.10')[0] ?? '',
    canonical: parts
      .map(({ type, value }) => `${type}=${value.trim().replaceAll(/\s+/g, ' ').toLowerCase()}`)
      .join('\0'),
  }
}

/** Cuts to `max` characters and takes out what could disturb a terminal or a page. */
export function readable(text: string, max: number): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\u{fffd}')
  return clean.length <= max ? clean : `${clean.slice(0, max - 1)}…`
}
