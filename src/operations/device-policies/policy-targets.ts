import Type, { type Static } from 'typebox'
import { parseDeviceId, parseProductId, parseSpaceId } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'
import { type Language, refusalSentence } from '../../base/refusal-sentence.ts'
import { isRefusal, Refusal, type RefusalName } from '../../base/refusal.ts'
import type { DevicePolicy } from '../../domain/policy/device-policy.ts'
import type { PolicyTargetType } from '../../domain/policy/policy.ts'
import { findDevice } from '../../store/devices.ts'
import type { PolicyTarget } from '../../store/policy-targets.ts'
import { findProduct } from '../../store/products.ts'
import { findSpace } from '../../store/spaces.ts'
import type { Store } from '../../store/store.ts'

export const TargetType = Type.Enum(['device', 'product', 'app'], {
  description: 'app: the whole resource space of the policy.',
})

/** What binding and unbinding take: each target is judged by itself. */
export const TargetsBody = Type.Object({
  target_type: TargetType,
  target_ids: Type.Array(Type.String({ maxLength: 256, examples: ['id'] }), {
    minItems: 1,
    maxItems: limits.policyTargetsPerCallMax,
  }),
})

export const TargetsReply = Type.Object({
  policy_id: Type.String(),
  target_type: TargetType,
  success_targets: Type.Array(Type.String()),
  failure_targets: Type.Array(
    Type.Object({
      target_id: Type.String(),
      error_code: Type.String(),
      error_msg: Type.String(),
    }),
  ),
})

/** Codes of what can be wrong with one target: those that the whole call would be refused with. */
export const targetCodes = {
  'device-not-found': 'IOTDA.014000',
  'product-not-found': 'IOTDA.014501',
  'space-not-found': 'IOTDA.001000',
  'policy-target-elsewhere': 'IOTDA.000006',
  'policy-target-quota': 'IOTDA.000006',
  'policy-not-bound': 'IOTDA.000006',
} as const satisfies { readonly [N in RefusalName]?: string }

/** Does `work` with each target, in order; what refuses one says nothing of the others. */
export async function eachTarget(
  store: Store,
  policy: DevicePolicy,
  { target_type, target_ids }: Static<typeof TargetsBody>,
  language: Language,
  work: (target: PolicyTarget, id: string) => Promise<void>,
): Promise<Static<typeof TargetsReply>> {
  const reply: Static<typeof TargetsReply> = {
    policy_id: policy.key,
    target_type,
    success_targets: [],
    failure_targets: [],
  }
  for (const id of new Set(target_ids)) {
    try {
      await work(await requireTarget(store, policy, target_type, id), id)
      reply.success_targets.push(id)
    } catch (fault) {
      if (!isRefusal(fault) || !isOfTarget(fault.refusal)) throw fault
      reply.failure_targets.push({
        target_id: id,
        error_code: targetCodes[fault.refusal],
        error_msg: refusalSentence(fault, language),
      })
    }
  }
  return reply
}

const isOfTarget = (name: RefusalName): name is keyof typeof targetCodes => Object.hasOwn(targetCodes, name)

/** A target lies in the resource space of its policy. */
async function requireTarget(
  store: Store,
  { projectId, spaceId }: DevicePolicy,
  type: PolicyTargetType,
  id: string,
): Promise<PolicyTarget> {
  switch (type) {
    case 'device': {
      const deviceId = parseDeviceId(id)
      const device = deviceId && (await findDevice(store, projectId, deviceId))
      if (!device) throw new Refusal('device-not-found', { deviceId: id })
      if (device.spaceId !== spaceId) throw new Refusal('policy-target-elsewhere', { target: id })
      return { type, deviceId: device.deviceId }
    }
    case 'product': {
      const productId = parseProductId(id)
      const product = productId && (await findProduct(store, projectId, productId, spaceId))
      if (product) return { type, productKey: product.key }
      const elsewhere = productId && (await findProduct(store, projectId, productId))
      if (elsewhere) throw new Refusal('policy-target-elsewhere', { target: id })
      throw new Refusal('product-not-found', { productId: id })
    }
    case 'app': {
      const asked = parseSpaceId(id)
      const space = asked && (await findSpace(store, projectId, asked))
      if (!space) throw new Refusal('space-not-found', { spaceId: id })
      if (space.spaceId !== spaceId) throw new Refusal('policy-target-elsewhere', { target: id })
      return { type, spaceId }
    }
  }
}
