import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import type { JsonObject } from '../../base/json.ts'
import { anyObject, deviceId, nameText } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { DeviceParams } from './device-body.ts'
import { requireDevice } from './find-device.ts'

/**
 * Asks a gateway to look for devices on its buses (device protocol §3.8.4). What it finds comes later, as an event that
 * stands among its entries (`scan_result`); nothing is registered by it.
 */
export const startScan = operation({
  id: 'StartScan',
  method: 'POST',
  url: '/quayside/v1/:project_id/devices/:device_id/scan',
  tag: 'devices',
  summary: 'Ask a gateway to look for child devices; what it finds comes as an event of the gateway',
  status: 200,
  access: 'write',
  audit: 'device.scan',
  params: DeviceParams,
  body: Type.Object({
    protocol: Type.Optional(nameText(64)),
    channel: Type.Optional(nameText(64)),
    parent_device_id: Type.Optional(deviceId()),
    scan_settings: Type.Optional(anyObject('Free JSON object for the gateway.')),
  }),
  reply: Type.Object({
    event_id: Type.String({ description: 'Of the event as it stands among the entries of the gateway.' }),
  }),
  async run({ store, sendEvent }, { params, body, caller: { projectId } }) {
    const gateway = await requireDevice(store, projectId, params.device_id)
    const { deviceId: id, gatewayId } = gateway
    if (gatewayId !== undefined) throw new Refusal('device-is-child', { deviceId: id, gatewayId })
    const { eventId, delivery } = await sendEvent(gateway, {
      serviceId: '$sub_device_discovery',
      eventType: 'start_scan',
      paras: body as JsonObject, // It has passed the schema, so it is JSON.
    })
    if (delivery !== 'written' && delivery !== 'acknowledged')
      throw new Refusal('device-offline', { deviceId: id })
    return { event_id: eventId }
  },
})
