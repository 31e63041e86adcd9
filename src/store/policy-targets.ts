import type { DeviceId, RowKey, SpaceId } from '../base/ids.ts'
import type { DevicePolicyBindingTable } from './tables.ts'

/** What a policy is bound to. A product by its key, since its id is unique in its space alone. */
export type PolicyTarget =
  | { readonly type: 'device'; readonly deviceId: DeviceId }
  | { readonly type: 'product'; readonly productKey: RowKey }
  | { readonly type: 'app'; readonly spaceId: SpaceId }

/** What of a device policies can be bound to. */
export interface PolicyTargets {
  readonly deviceId: DeviceId
  readonly productKey: string
  readonly spaceId: SpaceId
}

/** The narrowest first: of two policies that say the same, it is the one that is named. */
export const targetsOf = ({ deviceId, productKey, spaceId }: PolicyTargets): readonly PolicyTarget[] => [
  { type: 'device', deviceId },
  { type: 'product', productKey: productKey as RowKey },
  { type: 'app', spaceId },
]

type TargetColumns = Pick<
  DevicePolicyBindingTable,
  'target_type' | 'target_key' | 'product_key' | 'device_id'
>

export function targetColumns(target: PolicyTarget): TargetColumns {
  const none = { product_key: null, device_id: null }
  switch (target.type) {
    case 'device':
      return { ...none, target_type: 'device', target_key: target.deviceId, device_id: target.deviceId }
    case 'product':
      return {
        ...none,
        target_type: 'product',
        target_key: target.productKey,
        product_key: target.productKey,
      }
    case 'app':
      return { ...none, target_type: 'app', target_key: target.spaceId }
  }
}
