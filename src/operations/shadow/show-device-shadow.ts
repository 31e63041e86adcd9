import Type, { type Static } from 'typebox'
import { formatBasic, type Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import type { Shadow } from '../../domain/shadow/shadow.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { anyObject, basicTime } from '../fields/fields.ts'
import { operation } from '../operation.ts'

const Section = Type.Object({ properties: anyObject('Property to value.'), event_time: basicTime() })

const ShadowBody = Type.Object({
  service_id: Type.String(),
  desired: Type.Optional(Section),
  reported: Type.Optional(Section),
  version: Type.Integer({ description: 'Starts at 0; grows with every change.' }),
})

/** What was acknowledged to the device is in it (safety R3). Works for frozen and inactive devices, too. */
export const showDeviceShadow = operation({
  id: 'ShowDeviceShadow',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id/shadow',
  tag: 'shadow',
  summary: 'Get the shadow of a device',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: Type.Object({ device_id: Type.String(), shadow: Type.Array(ShadowBody) }),
  async run({ store, readShadow }, { params, caller }) {
    const { deviceId } = await requireDevice(store, caller.projectId, params.device_id)
    return { device_id: deviceId, shadow: (await readShadow(deviceId)).map(shadowBody) }
  },
})

const shadowBody = ({ serviceId, desired, reported, version }: Shadow): Static<typeof ShadowBody> => ({
  service_id: serviceId,
  ...(desired && { desired: sectionBody(desired) }),
  ...(reported && { reported: sectionBody(reported) }),
  version,
})

const sectionBody = ({
  properties,
  time,
}: {
  readonly properties: JsonObject
  readonly time: Instant
}): Static<typeof Section> => ({ properties, event_time: formatBasic(time) })
