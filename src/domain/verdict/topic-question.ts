import type { Device } from '../device/device.ts'
import type { PolicyAction } from '../policy/policy.ts'
import type { PolicyRefusal } from '../policy/refusal.ts'
import type { TopicCode } from './topic-codes.ts'

/** May this device publish, or subscribe, to this topic? */
export interface TopicQuestion {
  readonly device: Device
  /** As its CONNECT would say it. */
  readonly clientId: string
  readonly action: PolicyAction
  /** A topic, or a filter. */
  readonly topic: string
}

export interface TopicAnswer {
  readonly outcome: 'accepted' | 'refused'
  readonly code: TopicCode | PolicyRefusal['code']
  readonly params: Readonly<Record<string, string | number>>
}
