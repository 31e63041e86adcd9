/*
 * The guide's commands (S49, S50, S55–S59, S66–S69), with the answers to their questions filled in, so that all of
 * them can be pasted at once.
 */

/** `rsa`: RSA with 2048 bits, as in the guide. */
export type KeyKind = 'rsa' | 'p256'

const keyCommand = (file: string, kind: KeyKind): string =>
  kind === 'rsa'
    ? `openssl genrsa -out ${file} 2048`
    : `openssl ecparam -name prime256v1 -genkey -noout -out ${file}`

const subjectOption = (subject: string | undefined): string =>
  subject === undefined ? '' : `${/[^\x20-\x7e]/.test(subject) ? ' -utf8' : ''} -subj "${subject}"`

interface CaRequest {
  readonly keyKind: KeyKind
  /** As `-subj` takes it; absent: openssl asks. */
  readonly subject?: string
  readonly days: number
}

/** Makes `rootCA.key` and `rootCA.pem`. */
export const caCommands = ({ keyKind, subject, days }: CaRequest): string =>
  [
    keyCommand('rootCA.key', keyKind),
    `openssl req -x509 -new -nodes -key rootCA.key -sha256 -days ${days}${subjectOption(subject)} -out rootCA.pem`,
  ].join('\n')

interface SignedRequest extends CaRequest {
  /** First part of the names of the files. */
  readonly name: 'verificationCert' | 'deviceCert'
}

/** Makes `{name}.key`, `{name}.csr` and `{name}.pem`, signed by `rootCA`. */
export const signedCommands = ({ name, keyKind, subject, days }: SignedRequest): string =>
  [
    keyCommand(`${name}.key`, keyKind),
    `openssl req -new -key ${name}.key${subjectOption(subject)} -out ${name}.csr`,
    `openssl x509 -req -in ${name}.csr -CA rootCA.pem -CAkey rootCA.key -CAcreateserial -out ${name}.pem -days ${days} -sha256`,
  ].join('\n')
