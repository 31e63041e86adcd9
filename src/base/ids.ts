import { randomBytes, randomUUID } from 'node:crypto'
import type { Clock } from './instant.ts'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** The tenant: 32 hex digits. Every row belongs to one. */
export type ProjectId = Branded<'ProjectId'>
/** A resource space inside a project; `app_id` on the wire: at most 36 of `[A-Za-z0-9_-]`. */
export type SpaceId = Branded<'SpaceId'>
/** The maker's or our id of a product, unique within its space: at most 36 of `[A-Za-z0-9_-]`. */
export type ProductId = Branded<'ProductId'>
/** Unique over the whole platform: 1 to 128 of `[A-Za-z0-9_-]`. */
export type DeviceId = Branded<'DeviceId'>
/** Unique over the whole platform, apart from device ids: 1 to 36 of `[A-Za-z0-9_-]`. */
export type BridgeId = Branded<'BridgeId'>
/** The maker's id of a device, unique within its product: 1 to 64 of `[A-Za-z0-9_-]`. */
export type NodeId = Branded<'NodeId'>
/** 24 lower-case hex digits, ordered by time of creation: the sort key and marker of every list (northbound §3.1). */
export type RowKey = Branded<'RowKey'>
/** Lower-case hex digest of a certificate's DER: 40 digits (SHA-1) or 64 (SHA-256). */
export type Fingerprint = Branded<'Fingerprint'>
/** A place in the log: decimal text on the wire, opaque outside `log/`. */
export type Position = number & { readonly [brand]: 'Position' }

const shape =
  <T extends string>(pattern: RegExp) =>
  (raw: string): T | undefined =>
    pattern.test(raw) ? (raw as T) : undefined

export const parseProjectId = shape<ProjectId>(/^[0-9a-f]{32}$/)
export const parseSpaceId = shape<SpaceId>(/^[A-Za-z0-9_-]{1,36}$/)
export const parseProductId = shape<ProductId>(/^[A-Za-z0-9_-]{1,36}$/)
export const parseDeviceId = shape<DeviceId>(/^[A-Za-z0-9_-]{1,128}$/)
export const parseBridgeId = shape<BridgeId>(/^[A-Za-z0-9_-]{1,36}$/)
export const parseNodeId = shape<NodeId>(/^[A-Za-z0-9_-]{1,64}$/)
export const parseRowKey = (raw: string): RowKey | undefined =>
  /^[0-9a-f]{24}$/.test(raw.toLowerCase()) ? (raw.toLowerCase() as RowKey) : undefined

/**
 * Parses a fingerprint as people paste it: colons, spaces and either case are forgiven
 * (`openssl x509 -fingerprint` prints colons); undefined unless 40 or 64 hex digits remain.
 */
export function parseFingerprint(raw: string): Fingerprint | undefined {
  const digits = raw
    .replace(/^\s*sha-?(1|256) fingerprint\s*=/i, '')
    .replace(/[\s:]/g, '')
    .toLowerCase()
  return /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(digits) ? (digits as Fingerprint) : undefined
}

/** Makes ids. Injected, so that tests can foretell them. */
export interface Ids {
  /** See {@link RowKey}; strictly growing within a process, even when the clock steps back. */
  rowKey(): RowKey
  /** 32 random hex digits. */
  hex32(): string
  uuid(): string
  /** `bytes` of randomness as lower-case hex: secrets, verification codes, tokens. */
  randomHex(bytes: number): string
}

/** Row keys are 12 hex digits of milliseconds, 4 of a counter within the millisecond, 8 random. */
export function createIds(clock: Clock): Ids {
  let lastMilli = 0
  let counter = 0
  return {
    rowKey() {
      const now = clock.now()
      if (now > lastMilli) [lastMilli, counter] = [now, 0]
      else if (++counter > 0xffff) [lastMilli, counter] = [lastMilli + 1, 0]
      const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0')
      return (hex(lastMilli, 12) + hex(counter, 4) + randomBytes(4).toString('hex')) as RowKey
    },
    hex32: () => randomBytes(16).toString('hex'),
    uuid: () => randomUUID(),
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
  }
}
