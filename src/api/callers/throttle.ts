import type { Elapsed } from '../../base/instant.ts'

/** Counts failures by address, so that who fails often is told to wait. Whoever succeeds is never counted. */
export interface Throttle {
  /** Notes a failure; answers how many there have been within the window, this one included. */
  fail(address: string): number
  /** Seconds until the address may try again, when it has failed too often; else undefined. */
  blockedSeconds(address: string): number | undefined
}

export interface ThrottleOptions {
  /** Not the wall clock: stepped back by a day, it would keep everybody out for a day. */
  readonly elapsed: Elapsed
  readonly failuresMax: number
  readonly windowMillis: number
  /** Beyond these the address whose window is oldest is forgotten. */
  readonly addressesMax: number
}

export function createThrottle({
  elapsed,
  failuresMax,
  windowMillis,
  addressesMax,
}: ThrottleOptions): Throttle {
  // In the order in which the windows began, so that the first key is the oldest.
  const windows = new Map<string, { readonly endsAt: number; failures: number }>()
  const current = (key: string) => {
    const window = windows.get(key)
    if (window && window.endsAt > elapsed()) return window
    windows.delete(key)
    return undefined
  }
  return {
    fail(address) {
      const key = networkOf(address)
      const window = current(key) ?? { endsAt: elapsed() + windowMillis, failures: 0 }
      window.failures += 1
      windows.set(key, window)
      if (windows.size > addressesMax) windows.delete(windows.keys().next().value ?? key)
      return window.failures
    },
    blockedSeconds(address) {
      const window = current(networkOf(address))
      if (!window || window.failures < failuresMax) return undefined
      return Math.max(1, Math.ceil((window.endsAt - elapsed()) / 1000))
    },
  }
}

/** An IPv6 host has a whole /64 to itself: its addresses count as one. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const [head = '', tail] = address.split('::')
  const groups = head === '' ? [] : head.split(':')
  const after = tail === undefined || tail === '' ? [] : tail.split(':')
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0')
  return [...groups, ...zeros, ...after].slice(0, 4).join(':')
}
