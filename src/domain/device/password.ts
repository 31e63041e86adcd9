import { createHash, createHmac, getHashes, timingSafeEqual } from 'node:crypto'
import { shiftHour } from './signed-hour.ts'

export type SignAlgorithm = 'SHA256' | 'SM3'

/** Sign type 2 stands for SM3 (device protocol §2.1). */
export const signAlgorithm = (signType: 0 | 1 | 2): SignAlgorithm => (signType === 2 ? 'SM3' : 'SHA256')

/** False when this Node was built without SM3: then no password of sign type 2 can be right. */
export const isSm3Available = getHashes().includes('sm3')

/**
 * Lower-case hex of HMAC(key = timestamp, message = secret): the timestamp of the client id as text, not the hour of
 * our clock (device protocol §2.2, vectors P01–P10). Undefined when the algorithm is not available here.
 */
export function expectedPassword(
  secret: string,
  timestamp: string,
  algorithm: SignAlgorithm,
): string | undefined {
  return hmacHex(timestamp, secret, algorithm)
}

/** Lower-case hex of HMAC(key, message), both as UTF-8 text; undefined when the algorithm is not available here. */
export function hmacHex(key: string, message: string, algorithm: SignAlgorithm): string | undefined {
  if (algorithm === 'SM3' && !isSm3Available) return undefined
  return createHmac(algorithm === 'SM3' ? 'sm3' : 'sha256', key)
    .update(message, 'utf8')
    .digest('hex')
}

/** What a password is held against. */
export interface PasswordQuestion {
  readonly password: Uint8Array
  /** Of the client id. */
  readonly timestamp: string
  readonly signType: 0 | 1 | 2
}

/**
 * Whether the password fits one of `secrets`. Both are always tried, in constant time, byte for byte: upper case is
 * wrong (device protocol §2.2).
 */
export function isPasswordOf(
  secrets: readonly string[],
  { password, timestamp, signType }: PasswordQuestion,
): boolean {
  let fits = false
  for (const secret of secrets) {
    const expected = expectedPassword(secret, timestamp, signAlgorithm(signType))
    if (expected !== undefined && equals(password, expected)) fits = true
  }
  return fits
}

/** Compares in constant time for equal lengths; the length of a digest is no secret. */
function equals(given: Uint8Array, expected: string): boolean {
  const bytes = Buffer.from(expected, 'utf8')
  return given.length === bytes.length && timingSafeEqual(given, bytes)
}

/** A mistake that a wrong password gives away. It is told to the platform's people only, never to the peer. */
export type PasswordMistake =
  | { readonly code: 'password-is-secret' }
  | { readonly code: 'password-upper-case' }
  | { readonly code: 'password-spaces' }
  | { readonly code: 'password-with-label' }
  | { readonly code: 'password-base64' }
  | { readonly code: 'password-key-swapped' }
  | { readonly code: 'password-not-hmac' }
  | { readonly code: 'password-line-break' }
  | { readonly code: 'password-other-hour'; readonly signed: string }
  | { readonly code: 'password-other-algorithm'; readonly used: SignAlgorithm; readonly asked: SignAlgorithm }

/** The longest form of a digest that is looked at: hex with some space, or a label of openssl's, around it. */
const PASSWORD_BYTES_MAX = 128
/**
 * Hours either side of the client id's that are tried: a clock read twice, summer time, the time zone of China. Each
 * try costs an HMAC in every refused CONNECT, so these must do.
 */
const HOURS_APART = [1, -1, 2, -2, 8, -8] as const

/**
 * Recognises usual mistakes in a password that {@link isPasswordOf} found wrong; undefined when it fits none of them.
 * `hours` are other hours to try, for instance the platform's own.
 */
export function diagnosePassword(
  secrets: readonly string[],
  question: PasswordQuestion,
  hours: readonly string[] = [],
): PasswordMistake | undefined {
  if (question.password.length > PASSWORD_BYTES_MAX) return undefined
  const given = Buffer.from(question.password).toString('utf8')
  for (const secret of secrets) {
    const mistake = diagnoseForm(secret, given, question) ?? diagnoseHour(secret, given, question, hours)
    if (mistake) return mistake
  }
  return undefined
}

function diagnoseForm(
  secret: string,
  given: string,
  { timestamp, signType }: PasswordQuestion,
): PasswordMistake | undefined {
  if (given.trim() === secret) return { code: 'password-is-secret' }
  const asked = signAlgorithm(signType)
  const expected = expectedPassword(secret, timestamp, asked)
  if (expected !== undefined) {
    if (given.trim() === expected) return { code: 'password-spaces' }
    if (given.includes(expected)) return { code: 'password-with-label' }
    if (given.toLowerCase() === expected) return { code: 'password-upper-case' }
    const base64 = Buffer.from(expected, 'hex').toString('base64')
    if (given === base64 || given === base64.replace(/=+$/, '')) return { code: 'password-base64' }
  }
  const used = asked === 'SM3' ? 'SHA256' : 'SM3'
  if (given === expectedPassword(secret, timestamp, used))
    return { code: 'password-other-algorithm', used, asked }
  if (given === expectedPassword(timestamp, secret, asked)) return { code: 'password-key-swapped' }
  for (const end of ['\n', '\r\n'])
    if (given === expectedPassword(secret + end, timestamp, asked)) return { code: 'password-line-break' }
  const plain = (text: string) => createHash('sha256').update(text).digest('hex')
  const hashes = [plain(secret + timestamp), plain(timestamp + secret), plain(secret)]
  return hashes.includes(given) ? { code: 'password-not-hmac' } : undefined
}

function diagnoseHour(
  secret: string,
  given: string,
  { timestamp, signType }: PasswordQuestion,
  hours: readonly string[],
): PasswordMistake | undefined {
  if (!/^[0-9a-f]{64}$/.test(given)) return undefined
  const tried = [...hours, ...HOURS_APART.map((apart) => shiftHour(timestamp, apart))]
  const signed = tried.find(
    (hour) => hour !== undefined && given === expectedPassword(secret, hour, signAlgorithm(signType)),
  )
  return signed === undefined ? undefined : { code: 'password-other-hour', signed }
}
