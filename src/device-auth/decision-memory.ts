import type { ChainFacts } from '../base/chain-facts.ts'
import type { Instant } from '../base/instant.ts'
import { parseClientId } from '../domain/device/client-id.ts'
import type { Device } from '../domain/device/device.ts'
import type { ConnectionDecision } from '../domain/verdict/decide-connection.ts'
import type { ConnectionAttempt } from '../domain/verdict/verdict.ts'
import type { StepName } from '../domain/verdict/judged-step.ts'
import { createSharedValues } from './shared-values.ts'

/** What was decided about devices that came by the same chain before, from their second connection on. */
export interface DecisionMemory {
  /** The last decision, dated anew, if everything it rests on is as it was then; else undefined. */
  recall(
    attempt: ConnectionAttempt,
    record: Device,
    chain: ChainFacts,
    now: Instant,
  ): ConnectionDecision | undefined
  remember(
    attempt: ConnectionAttempt,
    record: Device,
    chain: ChainFacts,
    now: Instant,
    decision: ConnectionDecision,
  ): void
}

interface Remembered {
  readonly record: Device
  readonly basis: string
  readonly from: Instant
  readonly until: Instant
  readonly decision: ConnectionDecision
}

/** A device was let in by this chain, and has not come again. */
const once = 'once'

/** Steps that tell of nothing that is a device's own. */
const commonSteps: ReadonlySet<string> = new Set<StepName>([
  'tls',
  'protocol',
  'server',
  'keep-alive',
  'signed-hour',
  'password',
  'chain',
  'frozen',
  'secure-access',
])

/**
 * A device that reconnects says what it said before, and the verdict on it is the same but for its time and address.
 * Record and chain are compared as objects: whoever gives them makes new ones when anything about them has changed.
 * Only acceptances are kept, one a chain, as long as the chain itself: a refusal is for somebody to look at, and a
 * stranger must not take the place of those who are let in. Of a device that came once nothing is kept: most connect and stay,
 * and a decision weighs 1.5 kB.
 */
export function createDecisionMemory(): DecisionMemory {
  const known = new WeakMap<ChainFacts, Remembered | typeof once>()
  const shared = createSharedValues()
  const lean = ({ verdict, ...rest }: ConnectionDecision): ConnectionDecision => {
    const steps = verdict.steps.map((step) => (commonSteps.has(step.name) ? shared(step) : step))
    return { ...rest, verdict: { ...verdict, steps } }
  }
  return {
    recall(attempt, record, chain, now) {
      const last = known.get(chain)
      if (!last || last === once || last.record !== record || now < last.from || now > last.until)
        return undefined
      if (last.basis !== basisOf(attempt)) return undefined
      const { verdict } = last.decision
      const subject = { ...verdict.subject, address: attempt.address }
      return { ...last.decision, verdict: { ...verdict, subject, at: now } }
    },
    remember(attempt, record, chain, now, decision) {
      const basis = basisOf(attempt)
      if (basis === undefined || !decision.isAccepted || decision.pin !== undefined) return
      const dates = [...chain.certificates, ...(chain.paths ?? []).map(({ anchor }) => anchor)]
      const from = Math.max(...dates.map(({ notBefore }) => notBefore))
      const until = Math.min(...dates.map(({ notAfter }) => notAfter))
      // Outside, a date has spoken, and might say something else later.
      if (now < from || now > until) return
      known.set(chain, known.has(chain) ? { record, basis, from, until, decision: lean(decision) } : once)
    },
  }
}

/** All that a verdict says of an attempt but its time and address; undefined: what it says changes with the time. */
function basisOf({ listener, tls, connect }: ConnectionAttempt): string | undefined {
  const { protocolLevel, clientId, username, password, keepAliveSeconds } = connect
  if ((password && password.length > 0) || parseClientId(clientId)?.signType !== 0) return undefined
  const { version, cipher, serverName, resumed } = tls ?? {}
  const said = [protocolLevel, keepAliveSeconds, password !== undefined, username, clientId]
  return JSON.stringify([listener, version, cipher, serverName, resumed, ...said])
}
