import { parseRowKey, type ProjectId } from '../../base/ids.ts'
import type { Limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { DevicePolicy } from '../../domain/policy/device-policy.ts'
import { countDevicePolicies, findDevicePolicy } from '../../store/device-policies.ts'
import type { Store } from '../../store/store.ts'

/** The policy of that id in the caller's project; one of another project is not found. */
export async function requirePolicy(
  store: Store,
  projectId: ProjectId,
  policyId: string,
): Promise<DevicePolicy> {
  const key = parseRowKey(policyId)
  const policy = key && (await findDevicePolicy(store, projectId, key))
  if (!policy) throw new Refusal('policy-not-found', { policyId })
  return policy
}

/** To be asked after the write, in its transaction: a policy may have been renamed into the count. */
export async function refuseAboveQuota(
  store: Store,
  projectId: ProjectId,
  { policiesMax }: Limits,
): Promise<void> {
  if ((await countDevicePolicies(store, projectId)) > policiesMax)
    throw new Refusal('policy-quota', { limit: policiesMax })
}
