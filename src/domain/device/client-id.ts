/** The MQTT client id of an ordinary connection, taken apart (device protocol §2.1). */
export interface ClientId {
  /** Device id, or bridge id for kind `bridge`. */
  readonly id: string
  readonly kind: 'device' | 'bridge'
  /** 0: HMAC-SHA256, hour not checked; 1: hour checked; 2: HMAC-SM3, hour checked. */
  readonly signType: 0 | 1 | 2
  /** Ten digits as sent. They are the HMAC key, so they are never reformatted, nor read as a date for sign type 0. */
  readonly timestamp: string
  /** Of a registration group; absent: an ordinary connection. */
  readonly scope?: string
}

/** Bytes; beyond, nothing is looked at (device protocol §2.1). */
export const CLIENT_ID_BYTES_MAX = 256

// Greedy on purpose: the id holds underscores itself, so only the last three parts count.
const ACCESS = /^([A-Za-z0-9_-]{1,128})_([03])_([012])_(\d{10})$/

/**
 * Parses `{id}_{0|3}_{0|1|2}_{YYYYMMDDHH}`, from the right; undefined for anything else, which is answered with
 * CONNACK 2 (v5 0x85). The forms of registration groups are {@link parseGroupClientId}'s (vectors C01–C22).
 */
export function parseClientId(raw: string): ClientId | undefined {
  const [, id, kind, signType, timestamp] = ACCESS.exec(raw) ?? []
  if (id === undefined || timestamp === undefined) return undefined
  return { id, kind: kind === '3' ? 'bridge' : 'device', signType: Number(signType) as 0 | 1 | 2, timestamp }
}

// Device protocol §2.1, `prov-group` and `prov-cert`; a scope is not all digits, or a spoilt hour would look like one.
const GROUP = /^([A-Za-z0-9_-]{1,128})_0_(?!\d+_|\d+$)([A-Za-z0-9]{2,64})(?:_([012])_(\d{10}))?$/

/**
 * Parses the two forms of registration groups, `{id}_0_{scope}_{sign}_{YYYYMMDDHH}` and, for certificates,
 * `{id}_0_{scope}`, whose timestamp is empty. To be tried where {@link parseClientId} finds nothing (§2.1).
 */
export function parseGroupClientId(raw: string): ClientId | undefined {
  const [, id, scope, signType = '0', timestamp = ''] = GROUP.exec(raw) ?? []
  if (id === undefined || scope === undefined || raw.length > CLIENT_ID_BYTES_MAX) return undefined
  // Vector C16: an ordinary client id whose hour is spoilt, rather than a device called `…_0` of a group.
  if (timestamp === '' && /_[03]_[012]_[^_]*$/.test(raw)) return undefined
  return { id, kind: 'device', signType: Number(signType) as 0 | 1 | 2, timestamp, scope }
}

/** Of a device, a bridge, or a device of a registration group. */
export const parseAnyClientId = (raw: string): ClientId | undefined =>
  parseClientId(raw) ?? parseGroupClientId(raw)

/** Which part of a client id is wrong. */
export type ClientIdFault =
  | { readonly code: 'client-id-missing' }
  | { readonly code: 'client-id-too-long'; readonly length: number }
  | { readonly code: 'client-id-incomplete' }
  | { readonly code: 'client-id-timestamp'; readonly timestamp: string }
  | { readonly code: 'client-id-sign-type'; readonly signType: string }
  | { readonly code: 'client-id-kind'; readonly kind: string }
  | { readonly code: 'client-id-device-id'; readonly deviceId: string }

/** Says what is wrong with a client id that {@link parseAnyClientId} refused. */
export function diagnoseClientId(raw: string): ClientIdFault {
  if (raw === '') return { code: 'client-id-missing' }
  const length = Buffer.byteLength(raw)
  if (length > CLIENT_ID_BYTES_MAX) return { code: 'client-id-too-long', length }
  const [, deviceId = '', kind = '', signType = '', timestamp = ''] =
    /^(.*)_([^_]*)_([^_]*)_([^_]*)$/s.exec(raw) ?? []
  const isKind = /^[03]$/.test(kind)
  const isSignType = /^[012]$/.test(signType)
  if (isKind && isSignType && !/^\d{10}$/.test(timestamp)) return { code: 'client-id-timestamp', timestamp }
  // A device id has underscores of its own: without its hour, this is one standing alone rather than four parts.
  if (!/^\d{10}$/.test(timestamp)) return { code: 'client-id-incomplete' }
  if (!isSignType) return { code: 'client-id-sign-type', signType }
  if (!isKind) return { code: 'client-id-kind', kind }
  return { code: 'client-id-device-id', deviceId }
}
