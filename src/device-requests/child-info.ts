import type { JsonObject } from '../base/json.ts'
import type { DeviceFacts } from '../domain/device-event/device-facts.ts'
import { type ConnectionStatus, type Device, deviceStatus } from '../domain/device/device.ts'

/** A child as its gateway is told of it, without what there is not: SDKs do not survive nulls (device protocol §3.8.3). */
export function childInfo(
  device: Device,
  connection: ConnectionStatus | undefined,
  { fwVersion, swVersion }: DeviceFacts = {},
): JsonObject {
  const { deviceId, nodeId, gatewayId, productId, name, description, extensionInfo } = device
  return {
    device_id: deviceId,
    ...(gatewayId !== undefined && { parent_device_id: gatewayId }),
    node_id: nodeId,
    product_id: productId,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(fwVersion !== undefined && { fw_version: fwVersion }),
    ...(swVersion !== undefined && { sw_version: swVersion }),
    status: deviceStatus(device, connection),
    ...(extensionInfo && { extension_info: extensionInfo }),
  }
}
