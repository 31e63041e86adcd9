/** Keeps both ends, which is what people compare: `a3f2…9c01`. Short texts stay whole. */
export function shortened(text: string, head = 8, tail = 6): string {
  return text.length <= head + tail + 1 ? text : `${text.slice(0, head)}…${text.slice(-tail)}`
}

/** Two hex digits a group, upper case, as openssl prints a fingerprint. */
export function fingerprintText(hex: string): string {
  return hex.toUpperCase().replace(/..(?=.)/g, '$&:')
}

// Making one takes longer than all that it formats on a page: each is made once.
const numberFormats = new Map<string, Intl.NumberFormat>()

/**
 * As a person reads it: whole numbers whole, fractions to so many significant digits. A double holds 15 of them
 * without inventing any.
 */
export function numberText(value: number, language: string, digits = 15): string {
  const name = Number.isInteger(value) ? language : `${language} ${digits}`
  const known = numberFormats.get(name)
  if (known) return known.format(value)
  const made = new Intl.NumberFormat(
    language,
    Number.isInteger(value) ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits },
  )
  numberFormats.set(name, made)
  return made.format(value)
}

const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const

/** Three digits and a decimal unit, as disks are sold: `12.3 GB`. */
export function bytesText(bytes: number, language: string): string {
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), BYTE_UNITS.length - 1)
  return `${numberText(bytes / 1000 ** power, language, 3)} ${BYTE_UNITS[power]}`
}

/** `host:port`, with brackets around an IPv6 address (RFC 3986 §3.2.2). */
export function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
