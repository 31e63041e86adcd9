import type { NoticeCode } from '../verdict/notice-codes.ts'
import type { PolicyAction, PolicyDecision } from './policy.ts'

/** Why policies keep a device from a topic, as its trace and the API say it. */
export interface PolicyRefusal {
  readonly code: Extract<NoticeCode, `${PolicyAction}-${'denied' | 'not-allowed'}`>
  readonly params: Readonly<Record<string, string | number>>
}

/** Undefined: it is allowed. */
export function refusalByPolicy(
  decision: PolicyDecision,
  action: PolicyAction,
  topic: string,
): PolicyRefusal | undefined {
  switch (decision.kind) {
    case 'allowed':
      return undefined
    case 'not-allowed':
      return { code: `${action}-not-allowed`, params: { topic } }
    case 'denied': {
      const { policy, statement, boundTo } = decision
      return { code: `${action}-denied`, params: { topic, policy, statement, bound_to: `to-${boundTo}` } }
    }
  }
}
