import type { RowKey } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import type { Problem } from '../domain/certificate/leaf-problems.ts'
import type { Device } from '../domain/device/device.ts'
import type { DevicePolicy } from '../domain/policy/device-policy.ts'

/** A device that can be registered. */
export interface Prepared {
  readonly device: Omit<Device, 'key'>
  /** The registration group or the CA that registers it. */
  readonly by: { readonly key: RowKey; readonly name: string }
  /** Policies that are bound to it. */
  readonly policies?: readonly DevicePolicy[]
  /** Of its verdict. */
  readonly remark: Problem
  /** Of the audit trail. */
  readonly actor: string
  readonly detail: JsonObject
}
