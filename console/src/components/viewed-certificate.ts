/** A certificate as the platform decodes it: a `DecodedCertificate` of the API, with its text where it is known. */
export interface ViewedCertificate {
  readonly subject: string
  readonly issuer: string
  readonly common_names: readonly string[]
  readonly serial: string
  readonly version: number
  readonly not_before: string
  readonly not_after: string
  readonly key: { readonly text: string }
  readonly signature_algorithm: string
  readonly is_ca: boolean | null
  readonly path_length: number | null
  readonly key_usage: readonly string[] | null
  readonly extended_key_usage: readonly string[] | null
  readonly subject_alt_names: readonly string[]
  readonly extensions: readonly {
    readonly oid: string
    readonly name: string | null
    readonly critical: boolean
  }[]
  readonly self_signed: boolean
  readonly fingerprints: { readonly sha1: string; readonly sha256: string }
  readonly problems: readonly {
    readonly code: string
    readonly sentence: string
    readonly remedy: string
  }[]
  readonly pem?: string
}

/** What people call a certificate: its last Common Name, as the platform does, else its whole subject. */
export const nameOf = ({ common_names: names, subject }: ViewedCertificate): string =>
  names.at(-1) || subject || '—'
