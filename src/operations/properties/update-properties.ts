import Type from 'typebox'
import type { JsonObject } from '../../base/json.ts'
import { Refusal } from '../../base/refusal.ts'
import { checkProperties } from '../../domain/downlink/check-command.ts'
import { propertySetPayload, propertySetTopic } from '../../domain/downlink/property-request.ts'
import { limits as bounds } from '../../base/limits.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { addresseeOf, modelOf } from '../downlinks/addressee.ts'
import { answerBody, answerFields, checkSize } from '../downlinks/answer.ts'
import { refuseProperties } from '../downlinks/refuse-command.ts'
import { anyObject, nameText } from '../fields/fields.ts'
import { operation } from '../operation.ts'

/** Changes neither desired nor reported state: the device reports what it took on (device protocol §3.5). */
export const updateProperties = operation({
  id: 'UpdateProperties',
  method: 'PUT',
  url: '/v5/iot/:project_id/devices/:device_id/properties',
  tag: 'properties',
  summary: 'Set properties on the device and wait for its answer',
  status: 200,
  access: 'write',
  audit: 'device.set-properties',
  params: DeviceParams,
  body: Type.Object({
    services: Type.Array(
      Type.Object({
        service_id: nameText(64),
        properties: anyObject('Values by the names of the properties.'),
      }),
      { minItems: 1, maxItems: bounds.propertySetServicesMax },
    ),
  }),
  reply: Type.Object({ request_id: Type.String(), ...answerFields }),
  async run({ store, ids, limits, dispatch }, { params, body, caller, language }) {
    const device = await requireDevice(store, caller.projectId, params.device_id)
    const services = body.services.map(({ service_id: serviceId, properties }) => {
      if (Object.keys(properties).length === 0)
        throw new Refusal('invalid-input', { field: 'services.properties', rule: 'must not be empty' })
      return { serviceId, properties: properties as JsonObject }
    })
    refuseProperties(checkProperties(await modelOf(store, device), services))
    const addressee = await addresseeOf(store, device)
    const payload = propertySetPayload(addressee, services)
    checkSize(payload, limits)
    const requestId = ids.uuid()
    const asked = await dispatch.ask({
      type: 'property-set',
      device: { projectId: device.projectId, ...addressee },
      requestId,
      topic: propertySetTopic(addressee, requestId),
      payload,
    })
    return {
      request_id: requestId,
      ...answerBody(asked, { deviceId: device.deviceId, limits, language }),
    }
  },
})
