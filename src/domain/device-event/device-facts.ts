import type { JsonObject } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { EventFault } from './device-event.ts'
import { fail, optionalText, readParas, requiredText } from './paras.ts'

/** What a device tells of itself (`$sdk_info`, `$ota` version_report); absent: it never said. */
export interface DeviceFacts {
  readonly sdkVersion?: string
  readonly sdkType?: string
  readonly swVersion?: string
  readonly fwVersion?: string
  readonly deviceIp?: string
}

/** `sdk_info_report` (device protocol §3.8.10). */
export function readSdkInfo(paras: JsonObject): DeviceFacts | EventFault {
  return readParas(() => {
    const sdkVersion = requiredText(paras, 'device_sdk_version', limits.factLengthMax)
    const sdkType = optionalText(paras, 'type', limits.factLengthMax)
    const deviceIp = optionalText(paras, 'device_ip', limits.factLengthMax)
    return {
      sdkVersion,
      ...(sdkType !== undefined && { sdkType }),
      ...versions(paras),
      ...(deviceIp !== undefined && { deviceIp }),
    }
  })
}

/** `version_report` (device protocol §3.8.5): one of the two versions at least. */
export function readVersions(paras: JsonObject): DeviceFacts | EventFault {
  return readParas(() => {
    const facts = versions(paras)
    if (facts.swVersion === undefined && facts.fwVersion === undefined)
      fail('sw_version', 'is required where fw_version is absent')
    return facts
  })
}

/** Also part of what the platform is told of a child device (`$sub_device_manager`). */
function versions(paras: JsonObject): DeviceFacts {
  const swVersion = optionalText(paras, 'sw_version', limits.factLengthMax)
  const fwVersion = optionalText(paras, 'fw_version', limits.factLengthMax)
  return { ...(swVersion !== undefined && { swVersion }), ...(fwVersion !== undefined && { fwVersion }) }
}

/** What is known after a report: what it leaves out, or says null of, stays as it was (device protocol §3.8.10). */
export function mergeFacts(
  known: DeviceFacts | undefined,
  told: DeviceFacts,
): { readonly facts: DeviceFacts; readonly changed: boolean } {
  const facts = { ...known, ...told }
  const names = Object.keys(facts) as (keyof DeviceFacts)[]
  return { facts, changed: names.some((name) => facts[name] !== known?.[name]) }
}
