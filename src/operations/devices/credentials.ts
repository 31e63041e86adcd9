import Type, { type Static } from 'typebox'
import { type Fingerprint, type Ids, parseFingerprint } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import type { DeviceAuth } from '../../domain/device/device.ts'
import { readOne } from '../../pki/upload.ts'
import { wordCharacters } from '../fields/fields.ts'
import { AuthType } from './device-body.ts'

export const SecretField = Type.String({
  ...wordCharacters,
  minLength: 8,
  maxLength: 32,
  description: '8 to 32 of A-Z, a-z, 0-9, _ and -; generated when absent.',
  examples: ['a-secret'],
})

// Read by `readFingerprint`: what people paste is longer than 64 digits.
export const FingerprintField = Type.String({
  maxLength: 16 * 1024,
  description:
    'SHA-1 (40 hex digits) or SHA-256 (64) of the certificate; colons, spaces and either case are taken, and the PEM of the certificate itself. When absent the first certificate presented is pinned.',
})

/** Seconds; up to a 32-bit integer, which is what clients of the reference can hold. */
export const TimeoutField = Type.Integer({
  minimum: 0,
  maximum: 2_147_483_647,
  default: 0,
  description: 'Seconds after which a device that never connected is deleted; 0: never.',
})

export const SecureAccessField = Type.Boolean({ description: 'true: TLS only.' })
export const CredentialRank = Type.Enum(['PRIMARY', 'SECONDARY'], { default: 'PRIMARY' })

export const AuthInfo = Type.Object({
  auth_type: Type.Optional(AuthType),
  secret: Type.Optional(SecretField),
  fingerprint: Type.Optional(FingerprintField),
  secure_access: Type.Optional(SecureAccessField),
  timeout: Type.Optional(TimeoutField),
})

/**
 * How a new device proves who it is (northbound §4.3). A SECRET device without a secret gets one; a CERTIFICATES
 * device without a fingerprint has the first certificate pinned. What else was sent is kept and shown as sent.
 * The time-out is for directly connected devices only.
 */
export function newAuth(
  wire: Static<typeof AuthInfo>,
  { ids, isDirect }: { ids: Ids; isDirect: boolean },
): DeviceAuth {
  const type = wire.auth_type ?? 'SECRET'
  const secret = wire.secret ?? (type === 'SECRET' ? newSecret(ids) : undefined)
  return {
    type,
    ...(secret !== undefined && { secret }),
    ...(wire.fingerprint !== undefined && { fingerprint: readFingerprint(wire.fingerprint) }),
    secureAccess: wire.secure_access ?? true,
    timeoutSeconds: isDirect ? (wire.timeout ?? 0) : 0,
  }
}

export const newSecret = (ids: Ids): string => ids.randomHex(16)

/** Reads a fingerprint as people paste it, or a pasted certificate; refuses anything else (design §3.3). */
export function readFingerprint(text: string): Fingerprint {
  const fingerprint = text.includes('-----BEGIN ') ? digestOfPem(text) : parseFingerprint(text)
  if (!fingerprint) throw new Refusal('fingerprint-unreadable')
  return fingerprint
}

function digestOfPem(text: string): Fingerprint | undefined {
  const pasted = readOne(text)
  if (!(pasted instanceof Refusal)) return pasted.facts.sha256
  // safety X7: said so, since the key is now exposed. Anything else is told as an unreadable fingerprint.
  if (pasted.refusal === 'certificate-is-private-key') throw pasted
  return undefined
}

/** Sets one of the two secrets: the device authenticates by secret from now on. */
export function withSecret(
  auth: DeviceAuth,
  { rank, secret }: { rank: Static<typeof CredentialRank>; secret: string },
): DeviceAuth {
  const before = auth.type === 'SECRET' ? auth : withoutCredentials(auth)
  return { ...before, type: 'SECRET', ...(rank === 'PRIMARY' ? { secret } : { secondarySecret: secret }) }
}

/** Sets one of the two fingerprints, or clears it: the device authenticates by certificate from now on (§4.3). */
export function withFingerprint(
  auth: DeviceAuth,
  { rank, fingerprint }: { rank: Static<typeof CredentialRank>; fingerprint: Fingerprint | undefined },
): DeviceAuth {
  const before: Omit<DeviceAuth, 'type'> = auth.type === 'CERTIFICATES' ? auth : withoutCredentials(auth)
  return {
    ...before,
    type: 'CERTIFICATES',
    ...(rank === 'PRIMARY' ? { fingerprint } : { secondaryFingerprint: fingerprint }),
  }
}

/**
 * A device that changes its kind of authentication keeps no credential from before: an old secondary secret must not
 * come to life again with a later change back.
 */
const withoutCredentials = ({ secureAccess, timeoutSeconds }: DeviceAuth) => ({
  secureAccess,
  timeoutSeconds,
})
