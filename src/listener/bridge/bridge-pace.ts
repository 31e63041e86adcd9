import type { BridgeId, DeviceId } from '../../base/ids.ts'
import type { Limits } from '../../base/limits.ts'
import { LoginRate } from './login-rate.ts'

type PaceLimits = Pick<
  Limits,
  'bridgeLoginsPerSecondMax' | 'bridgeGuessesPerMinuteMax' | 'bridgeGuessedDevicesMax'
>

/** Times are milliseconds of a clock that never steps. */
export interface BridgePace {
  /** False: the bridge has asked too often within this second; else it was counted. */
  mayAsk(bridgeId: BridgeId, now: number): boolean
  /** So many wrong credentials of this device came from this bridge that none is looked at until the minute is over. */
  isGuessing(bridgeId: BridgeId, deviceId: DeviceId, now: number): boolean
  /** Its credentials of the device were wrong. */
  wasWrong(bridgeId: BridgeId, deviceId: DeviceId, now: number): void
}

/**
 * How often a bridge may ask, over all of its connections with this thread: one that connects anew begins no new second.
 * Who guesses the secret of a device is kept from that device alone, and only on this bridge (safety S2). Owns two
 * tables, both bounded.
 */
export function createBridgePace(limits: PaceLimits): BridgePace {
  const rates = new Map<BridgeId, LoginRate>()
  const guesses = new Map<string, { readonly since: number; readonly count: number }>()
  const nameOf = (bridgeId: BridgeId, deviceId: DeviceId) => `${bridgeId} ${deviceId}`
  const guessesOf = (name: string, now: number) => {
    const known = guesses.get(name)
    return known && now - known.since < minute ? known : { since: now, count: 0 }
  }
  return {
    mayAsk(bridgeId, now) {
      const rate = rates.get(bridgeId) ?? new LoginRate(limits.bridgeLoginsPerSecondMax, now)
      keep(rates, bridgeId, rate, limits.bridgeGuessedDevicesMax)
      return rate.takes(now)
    },
    isGuessing: (bridgeId, deviceId, now) =>
      guessesOf(nameOf(bridgeId, deviceId), now).count >= limits.bridgeGuessesPerMinuteMax,
    wasWrong(bridgeId, deviceId, now) {
      const name = nameOf(bridgeId, deviceId)
      const { since, count } = guessesOf(name, now)
      keep(guesses, name, { since, count: count + 1 }, limits.bridgeGuessedDevicesMax)
    },
  }
}

const minute = 60_000

/** The one that was not touched for longest goes. */
function keep<K, V>(known: Map<K, V>, key: K, value: V, max: number): void {
  known.delete(key)
  known.set(key, value)
  const [oldest] = known.keys()
  if (known.size > max && oldest !== undefined) known.delete(oldest)
}
