import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import { propertyGetPayload, propertyGetTopic } from '../../domain/downlink/property-request.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { addresseeOf, modelOf } from '../downlinks/addressee.ts'
import { answerBody, answerFields } from '../downlinks/answer.ts'
import { nameText } from '../fields/fields.ts'
import { operation } from '../operation.ts'

/** What the device answers goes into its shadow, too, as a report does (device protocol §3.6). */
export const listProperties = operation({
  id: 'ListProperties',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id/properties',
  tag: 'properties',
  summary: 'Ask the device for its properties',
  status: 200,
  access: 'read',
  params: DeviceParams,
  query: Type.Object({
    service_id: Type.Optional({ ...nameText(64), description: 'Absent: of all services.' }),
  }),
  reply: Type.Object({ request_id: Type.String(), ...answerFields }),
  async run({ store, ids, limits, dispatch }, { params, query, caller, language }) {
    const device = await requireDevice(store, caller.projectId, params.device_id)
    const { service_id: serviceId } = query
    if (serviceId !== undefined && !serviceId.startsWith('$')) {
      const services = await modelOf(store, device)
      if (!services.some((one) => one.serviceId === serviceId))
        throw new Refusal('service-not-in-model', { serviceId })
    }
    const addressee = await addresseeOf(store, device)
    const requestId = ids.uuid()
    const asked = await dispatch.ask({
      type: 'property-get',
      device: { projectId: device.projectId, ...addressee },
      requestId,
      topic: propertyGetTopic(addressee, requestId),
      payload: propertyGetPayload(addressee, serviceId),
    })
    if (asked.kind === 'answered') await dispatch.keepAsReport(device, requestId, asked)
    return {
      request_id: requestId,
      ...answerBody(asked, { deviceId: device.deviceId, limits, language }),
    }
  },
})
