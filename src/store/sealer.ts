import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** Where a sealed value stands. It is bound into the seal, so that a value moved to another row does not open. */
export interface SealedPlace {
  readonly table: string
  readonly column: string
  /** Primary key of the row. */
  readonly row: string
}

/**
 * Encrypts secrets at rest (design §4; safety, threat 11): AES-256-GCM under a key that lies outside the
 * database. Sealed text is `v1.<nonce>.<ciphertext>.<tag>`, each part base64url.
 */
export interface Sealer {
  seal(place: SealedPlace, clear: string): string
  /** Throws {@link SealBrokenError} when the text was changed, moved or sealed under another key. */
  open(place: SealedPlace, sealed: string): string
}

/** A sealed value does not open: wrong key, other place, or damage. Names the place, never the value. */
export class SealBrokenError extends Error {
  override readonly name = 'SealBrokenError'
}

const VERSION = 'v1'
const CIPHER = 'aes-256-gcm'
// NIST SP 800-38D §8.2.2: 96-bit random nonces; good for 2^32 seals under one key.
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** `key` must be 32 bytes. */
export function createSealer(key: Uint8Array): Sealer {
  if (key.length !== 32)
    throw new RangeError(`the key that seals secrets must have 32 bytes, not ${key.length}`)
  return {
    seal(place, clear) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(boundData(place))
      const ciphertext = Buffer.concat([cipher.update(clear, 'utf8'), cipher.final()])
      return [VERSION, ...[nonce, ciphertext, cipher.getAuthTag()].map(base64url)].join('.')
    },
    open(place, sealed) {
      const [version, ...parts] = sealed.split('.')
      const [nonce, ciphertext, tag] = parts.map((part) => Buffer.from(part, 'base64url'))
      if (version !== VERSION || !nonce || !ciphertext || tag?.length !== TAG_BYTES) throw broken(place)
      try {
        const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES })
          .setAAD(boundData(place))
          .setAuthTag(tag)
        return Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString('utf8')
      } catch (cause) {
        throw broken(place, cause)
      }
    },
  }
}

const base64url = (bytes: Buffer): string => bytes.toString('base64url')

// JSON, so that no two places read the same ('a.b' + 'c' against 'a' + 'b.c').
const boundData = ({ table, column, row }: SealedPlace): Buffer =>
  Buffer.from(JSON.stringify([VERSION, table, column, row]))

function broken({ table, column, row }: SealedPlace, cause?: unknown): SealBrokenError {
  return new SealBrokenError(
    `${table}.${column} of ${row} does not open: it was sealed under another key, or it is damaged`,
    { cause },
  )
}
