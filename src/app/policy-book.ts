import { LRUCache } from 'lru-cache'
import type { DeviceId, RowKey } from '../base/ids.ts'
import type { Limits } from '../base/limits.ts'
import { type CompiledPolicies, compilePolicies, decidePolicies } from '../domain/policy/policy.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'
import type { DecideTopic } from '../router/route.ts'
import { type PolicyTarget, targetsOf } from '../store/policy-targets.ts'
import type { RegistryReader } from '../store/registry-reader.ts'

/** What a thread remembers of policies, so that a publish asks no database. */
export interface PolicyBook {
  readonly decideTopic: DecideTopic
  /** Policies or bindings have changed. */
  forget(): void
  /** A device came or went: bindings of another one of its id are not its own. */
  forgetDevice(deviceId: DeviceId): void
}

export function createPolicyBook(
  registry: Pick<RegistryReader, 'policyKeysOf' | 'findPolicy'>,
  limits: Pick<Limits, 'policyTargetsKnownMax'>,
): PolicyBook {
  const bound = new LRUCache<string, readonly CompiledPolicies[]>({ max: limits.policyTargetsKnownMax })
  /** A policy by what it is bound to, whatever to how many: it is kept once. */
  const compiled = new Map<string, CompiledPolicies | undefined>()

  function policy(key: RowKey, boundTo: PolicyTarget['type']): CompiledPolicies | undefined {
    const name = `${boundTo} ${key}`
    if (!compiled.has(name)) {
      const found = registry.findPolicy(key)
      compiled.set(name, found && compilePolicies([{ ...found, boundTo }]))
    }
    return compiled.get(name)
  }

  function policiesOf({ projectId }: ConnectionGrant, target: PolicyTarget): readonly CompiledPolicies[] {
    const name = target.type === 'app' ? `${projectId} ${nameOf(target)}` : nameOf(target)
    const known = bound.get(name)
    if (known) return known
    const keys = registry.policyKeysOf(projectId, target)
    const policies = keys.length === 0 ? none : keys.flatMap((key) => policy(key, target.type) ?? [])
    bound.set(name, policies)
    return policies
  }

  return {
    decideTopic: (grant, action, topic) =>
      decidePolicies(
        targetsOf(grant).flatMap((target) => policiesOf(grant, target)),
        action,
        topic,
        grant,
      ),
    forget() {
      bound.clear()
      compiled.clear()
    },
    forgetDevice(deviceId) {
      bound.delete(nameOf({ type: 'device', deviceId }))
    },
  }
}

const none: readonly CompiledPolicies[] = []

/** Ids of devices are unique over all projects, keys of products too; those of spaces in their project. */
function nameOf(target: PolicyTarget): string {
  switch (target.type) {
    case 'device':
      return `device ${target.deviceId}`
    case 'product':
      return `product ${target.productKey}`
    case 'app':
      return `app ${target.spaceId}`
  }
}
