import { Buffer, isUtf8 } from 'node:buffer'

/*
 * The parts of a certificate that we need, read from its DER in a tenth of the time that the X.509 library takes: it
 * builds an object for every element. Only what nearly all certificates look like is read here; for anything else the
 * answer is undefined, and the library is asked. So there is no fault to report, and what is unusual is never guessed.
 */

/** A certificate taken apart (RFC 5280 §4.1). */
export interface DerCertificate {
  /** 1, 2 or 3, as people count. */
  readonly version: number
  /** Its signature algorithm, whose parameters are absent or NULL. */
  readonly signatureOid: string
  readonly issuer: readonly DerAttribute[]
  readonly subject: readonly DerAttribute[]
  readonly extensions: readonly DerExtension[]
}

export interface DerAttribute {
  readonly type: string
  readonly value: string
}

export interface DerExtension {
  readonly oid: string
  readonly critical: boolean
  /** What stands in the OCTET STRING. */
  readonly value: Element
}

/** One element of DER: its content lies from `start` to `end`. */
export interface Element {
  readonly der: Uint8Array
  readonly tag: number
  readonly start: number
  readonly end: number
}

const BOOLEAN = 0x01
const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const NULL = 0x05
const OID = 0x06
const SEQUENCE = 0x30
const SET = 0x31
const VERSION = 0xa0
const EXTENSIONS = 0xa3
/** UTF8String, and those of which only ASCII is read: NumericString, PrintableString, IA5String. */
const texts: ReadonlySet<number> = new Set([0x0c, 0x12, 0x13, 0x16])

/** Undefined: not a certificate, or one for the library. */
export function readDerCertificate(der: Uint8Array): DerCertificate | undefined {
  const certificate = only(der, 0, der.length, SEQUENCE)
  const [tbs, signature] = (certificate && children(certificate)) ?? []
  if (tbs?.tag !== SEQUENCE || signature?.tag !== SEQUENCE) return undefined
  const parts = children(tbs)
  if (!parts) return undefined
  const version = parts[0]?.tag === VERSION ? readVersion(parts.shift()) : 1
  const [serial, inner, issuer, validity, subject, key, extensions, ...more] = parts
  if (version === undefined || serial?.tag !== INTEGER || validity?.tag !== SEQUENCE) return undefined
  if (!key || !isPlainKey(key) || more.length > 0 || !inner || !sameBytes(inner, signature)) return undefined
  const read = {
    version,
    signatureOid: readAlgorithm(signature),
    issuer: readName(issuer),
    subject: readName(subject),
    extensions: extensions ? readExtensions(extensions) : [],
  }
  const { signatureOid, issuer: issuerName, subject: subjectName, extensions: found } = read
  if (signatureOid === undefined || !issuerName || !subjectName || !found) return undefined
  return { version, signatureOid, issuer: issuerName, subject: subjectName, extensions: found }
}

/** RFC 5280 §4.2.1.9; undefined: not encoded as it should be. */
export function readBasicConstraints(value: Element): { isCa: boolean; pathLength?: number } | undefined {
  const parts = value.tag === SEQUENCE ? children(value) : undefined
  if (!parts) return undefined
  const first = parts[0]?.tag === BOOLEAN ? readBoolean(parts.shift()) : false
  const [limit, ...more] = parts
  if (first === undefined || more.length > 0) return undefined
  if (!limit) return { isCa: first }
  // One byte is more than any chain is long.
  const pathLength = limit.der[limit.start]
  if (limit.tag !== INTEGER || limit.end - limit.start !== 1 || pathLength === undefined || pathLength > 127)
    return undefined
  return { isCa: first, pathLength }
}

/** The bits of a BIT STRING, the first in the highest place of the first byte. X.690 §11.2.1: what is unused is 0. */
export function readBits({ der, tag, start, end }: Element): Uint8Array | undefined {
  const unused = der[start] ?? 8
  const last = der[end - 1] ?? 0
  const isPlain = tag === BIT_STRING && end - start >= 2 && unused < 8 && (last & ((1 << unused) - 1)) === 0
  return isPlain ? der.subarray(start + 1, end) : undefined
}

/** A SEQUENCE OF OBJECT IDENTIFIER. */
export function readOids(value: Element): readonly string[] | undefined {
  const parts = value.tag === SEQUENCE ? children(value) : undefined
  const oids = parts?.map(readOid)
  return oids?.every((oid) => oid !== undefined) ? oids : undefined
}

function readVersion(outer: Element | undefined): number | undefined {
  const inner = outer && only(outer.der, outer.start, outer.end, INTEGER)
  const value = inner && inner.end - inner.start === 1 ? inner.der[inner.start] : undefined
  return value === 1 || value === 2 ? value + 1 : undefined
}

/** Its own parameters are read by OpenSSL; those of RSA-PSS, and of curves spelled out, are for the library. */
function isPlainKey(key: Element): boolean {
  const [algorithm, bits, ...more] = (key.tag === SEQUENCE && children(key)) || []
  const [oid, parameters, ...others] = (algorithm?.tag === SEQUENCE && children(algorithm)) || []
  return (
    bits?.tag === BIT_STRING &&
    oid?.tag === OID &&
    (!parameters || parameters.tag === NULL || readOid(parameters) !== undefined) &&
    more.length + others.length === 0
  )
}

function readAlgorithm(algorithm: Element): string | undefined {
  const [oid, parameters, ...more] = children(algorithm) ?? []
  const isPlain = !parameters || (parameters.tag === NULL && parameters.end === parameters.start)
  return oid && isPlain && more.length === 0 ? readOid(oid) : undefined
}

function readName(name: Element | undefined): readonly DerAttribute[] | undefined {
  const sets = name?.tag === SEQUENCE ? children(name) : undefined
  const attributes = sets?.map(readRelativeName)
  return attributes?.every((one) => one !== undefined) ? attributes : undefined
}

/** Of one attribute, as nearly all are. */
function readRelativeName(set: Element): DerAttribute | undefined {
  const pair = set.tag === SET ? only(set.der, set.start, set.end, SEQUENCE) : undefined
  const [type, value, ...more] = (pair && children(pair)) ?? []
  const oid = type && readOid(type)
  if (!oid || !value || more.length > 0 || !texts.has(value.tag)) return undefined
  const bytes = value.der.subarray(value.start, value.end)
  if (value.tag === 0x0c ? !isUtf8(bytes) : bytes.some((byte) => byte > 127)) return undefined
  return { type: oid, value: Buffer.from(bytes).toString('utf8') }
}

function readExtensions(outer: Element): readonly DerExtension[] | undefined {
  const list = outer.tag === EXTENSIONS ? only(outer.der, outer.start, outer.end, SEQUENCE) : undefined
  const found = list && children(list)?.map(readExtension)
  return found?.every((one) => one !== undefined) ? found : undefined
}

function readExtension(extension: Element): DerExtension | undefined {
  const parts = extension.tag === SEQUENCE ? children(extension) : undefined
  if (!parts) return undefined
  const name = parts.shift()
  const oid = name && readOid(name)
  const critical = parts[0]?.tag === BOOLEAN ? readBoolean(parts.shift()) : false
  const [octets, ...more] = parts
  if (!oid || critical === undefined || octets?.tag !== OCTET_STRING || more.length > 0) return undefined
  const value = only(octets.der, octets.start, octets.end)
  return value && { oid, critical, value }
}

function readBoolean(element: Element | undefined): boolean | undefined {
  if (!element || element.end - element.start !== 1) return undefined
  const byte = element.der[element.start]
  return byte === 0xff ? true : byte === 0 ? false : undefined
}

function readOid({ der, tag, start, end }: Element): string | undefined {
  const first = der[start]
  if (tag !== OID || end === start || first === undefined || first > 127) return undefined
  let text = first < 80 ? `${Math.floor(first / 40)}.${first % 40}` : `2.${first - 80}`
  let arc = 0
  for (let at = start + 1; at < end; at++) {
    const byte = der[at] ?? 0
    arc = arc * 128 + (byte & 127)
    if (arc > Number.MAX_SAFE_INTEGER / 128) return undefined
    if (byte > 127) continue
    text += `.${arc}`
    arc = 0
  }
  return (der[end - 1] ?? 128) < 128 ? text : undefined
}

function sameBytes(one: Element, other: Element): boolean {
  return (
    Buffer.compare(one.der.subarray(one.start, one.end), other.der.subarray(other.start, other.end)) === 0
  )
}

/** The element that fills the stretch, alone. */
function only(der: Uint8Array, start: number, end: number, tag?: number): Element | undefined {
  const element = readElement(der, start, end)
  return element?.end === end && (tag === undefined || element.tag === tag) ? element : undefined
}

function children({ der, start, end }: Element): Element[] | undefined {
  const found: Element[] = []
  for (let at = start; at < end;) {
    const element = readElement(der, at, end)
    if (!element) return undefined
    found.push(element)
    at = element.end
  }
  return found
}

/** X.690 §10.1: the length is definite and as short as can be; tags above 30 stand in no certificate. */
function readElement(der: Uint8Array, at: number, limit: number): Element | undefined {
  const tag = der[at]
  const first = der[at + 1]
  if (tag === undefined || first === undefined || (tag & 31) === 31) return undefined
  let start = at + 2
  let length = first
  if (first > 127) {
    const count = first & 127
    if (count === 0 || count > 3) return undefined
    length = 0
    for (let index = 0; index < count; index++) length = length * 256 + (der[start + index] ?? 0)
    start += count
    if (length < 128 || length < 256 ** (count - 1)) return undefined
  }
  const end = start + length
  return end <= limit ? { der, tag, start, end } : undefined
}
