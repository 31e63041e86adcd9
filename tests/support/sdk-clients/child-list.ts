import { strict as assert } from 'node:assert'
import type { DeviceEvent, Json } from './sdk-client.ts'

/**
 * The children of a gateway as the sample stores of the Java and Python SDKs keep them: a notice whose version is above 0
 * and not above the stored one is ignored (device protocol §3.8.3).
 */
export class ChildList {
  version = 0
  /** By node id, as Java has it: the text behind the first `_` of the device id. */
  readonly byNode = new Map<string, Json>()

  take({ eventType, paras }: DeviceEvent): 'taken' | 'ignored' {
    if (paras.version > 0 && paras.version <= this.version) return 'ignored'
    this.version = paras.version
    for (const child of paras.devices) {
      const nodeId = child.device_id.slice(child.device_id.indexOf('_') + 1)
      assert.equal(nodeId, child.node_id)
      if (eventType === 'add_sub_device_notify') this.byNode.set(nodeId, child)
      else this.byNode.delete(nodeId)
    }
    return 'taken'
  }
}
