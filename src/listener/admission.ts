import type { Limits } from '../base/limits.ts'

type AdmissionLimits = Pick<
  Limits,
  | 'connectionsPerAddressMax'
  | 'connectionsMax'
  | 'connectsPerSecondMax'
  | 'refusedPerAddressPerMinuteMax'
  | 'refusalDelayMillis'
  | 'refusedAddressesMax'
>

/** Who may open a socket, and who is answered slowly (safety R9, S2). Owns two tables, both bounded. */
export interface Admission {
  /** False: too many sockets, of this address or in all; nothing is counted then. */
  enter(address: string): boolean
  leave(address: string): void
  /** False: as many connects were let in within this second as may be (device protocol §6.1). `now`: of a clock that never steps. */
  mayConnect(now: number): boolean
  /**
   * Counts one refused CONNECT; gives the milliseconds its answer must wait, 0 as a rule. Only refusals wait: a device
   * behind the same address that is let in never does, so nobody can lock an owner out.
   */
  refused(address: string, connect: RefusedConnect, now: number): number
}

export interface RefusedConnect {
  readonly protocolLevel: number
  readonly clientId: string
}

interface Refusals {
  /** Of a clock that never steps. */
  readonly since: number
  readonly count: number
  readonly last: RefusedConnect
}

const minute = 60_000

export function createAdmission(limits: AdmissionLimits): Admission {
  const sockets = new Map<string, number>()
  const refusals = new Map<string, Refusals>()
  let total = 0
  let second = -1
  let connects = 0
  return {
    enter(address) {
      const open = sockets.get(address) ?? 0
      if (total >= limits.connectionsMax || open >= limits.connectionsPerAddressMax) return false
      total++
      sockets.set(address, open + 1)
      return true
    },
    leave(address) {
      const open = sockets.get(address) ?? 0
      total--
      if (open <= 1) sockets.delete(address)
      else sockets.set(address, open - 1)
    },
    mayConnect(now) {
      const { connectsPerSecondMax } = limits
      if (connectsPerSecondMax === 0) return true
      if (Math.floor(now / 1000) !== second) {
        second = Math.floor(now / 1000)
        connects = 0
      }
      return ++connects <= connectsPerSecondMax
    },
    refused(address, connect, now) {
      const known = refusals.get(address)
      const current = known && now - known.since < minute ? known : undefined
      const count = (current?.count ?? 0) + (current && isSecondOfPair(current.last, connect) ? 0 : 1)
      refusals.delete(address)
      refusals.set(address, { since: current?.since ?? now, count, last: connect })
      const [oldest] = refusals.keys()
      if (refusals.size > limits.refusedAddressesMax && oldest !== undefined) refusals.delete(oldest)
      return count > limits.refusedPerAddressPerMinuteMax ? limits.refusalDelayMillis : 0
    },
  }
}

/** Device protocol §1.6: Java and C answer a refused 3.1.1 CONNECT with the same one at level 3; the pair counts once. */
function isSecondOfPair(before: RefusedConnect, now: RefusedConnect): boolean {
  return before.protocolLevel === 4 && now.protocolLevel === 3 && before.clientId === now.clientId
}
