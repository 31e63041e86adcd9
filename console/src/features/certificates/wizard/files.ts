import type { Work } from './acts.ts'
import type { Issued } from './issue.ts'

export interface MadeFile {
  readonly name: string
  readonly content: string
  /** A private key: it exists nowhere else. */
  readonly secret: boolean
}

/** The files of the guide (S52, S60, S70) that have been made so far. */
export const filesOf = ({ ca, verification, device }: Work): readonly MadeFile[] => [
  ...filesOfOne('rootCA', ca),
  ...filesOfOne('verificationCert', verification),
  ...filesOfOne('deviceCert', device),
]

/** Of one certificate: its key, its request, itself. */
export function filesOfOne(name: string, made: Issued | undefined): readonly MadeFile[] {
  if (!made) return []
  return [
    { name: `${name}.key`, content: made.keyPem, secret: true },
    ...(made.csrPem === undefined ? [] : [{ name: `${name}.csr`, content: made.csrPem, secret: false }]),
    { name: `${name}.pem`, content: made.pem, secret: false },
  ]
}

/** All of them as one archive. */
export async function zipOf(files: readonly MadeFile[]): Promise<Uint8Array<ArrayBuffer>> {
  const { strToU8, zipSync } = await import('fflate')
  // Nobody but the owner reads a key that was unpacked: Unix permissions stand in the upper half (APPNOTE 4.4.15).
  const entry = ({ content, secret }: MadeFile): [Uint8Array, { os: number; attrs: number }] => [
    strToU8(content),
    { os: 3, attrs: (secret ? 0o100_600 : 0o100_644) * 0x1_0000 },
  ]
  return Uint8Array.from(zipSync(Object.fromEntries(files.map((file) => [file.name, entry(file)]))))
}

/** Keys that are lost with the page: that of the verification certificate is of no use once it was made. */
export const keysToKeep = (files: readonly MadeFile[]): readonly MadeFile[] =>
  files.filter(({ name, secret }) => secret && name !== 'verificationCert.key')
