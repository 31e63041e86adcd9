import type { JsonObject } from '../base/json.ts'
import type { Problem } from '../domain/certificate/leaf-problems.ts'
import type { Device } from '../domain/device/device.ts'

/** A device that can be registered. */
export interface Prepared {
  readonly device: Omit<Device, 'key'>
  /** Of its verdict. */
  readonly remark: Problem
  /** Of the audit trail. */
  readonly actor: string
  readonly detail: JsonObject
}
