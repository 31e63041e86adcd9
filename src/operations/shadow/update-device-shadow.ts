import assert from 'node:assert'
import Type from 'typebox'
import { findProductByKey } from '../../store/products.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { anyObject, nameText } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { changeDesired } from './change-shadow.ts'
import { checkDesired } from './check-desired.ts'
import { ShadowBody, shadowBody } from './shadow-body.ts'

const UpdateDesired = Type.Object({
  service_id: nameText(64),
  desired: anyObject('Property to value. An empty object clears the section; null removes one property.'),
  version: Type.Optional(
    Type.Integer({ minimum: 0, description: 'When given it must equal the current version of the shadow.' }),
  ),
})

/**
 * Durable when it answers; the answer shows it (safety R3). What differs from the reported state is sent to the device
 * at once when it is online, else when it connects (device protocol §4.4). Works for frozen and inactive devices, too.
 */
export const updateDeviceShadowDesiredData = operation({
  id: 'UpdateDeviceShadowDesiredData',
  method: 'PUT',
  url: '/v5/iot/:project_id/devices/:device_id/shadow',
  tag: 'shadow',
  summary: 'Set desired properties',
  status: 200,
  access: 'write',
  audit: 'shadow.update',
  params: DeviceParams,
  body: Type.Object({
    shadow: Type.Array(UpdateDesired, { minItems: 1, description: 'One entry a service.' }),
  }),
  reply: ShadowBody,
  async run(deps, { params, body, caller }) {
    const device = await requireDevice(deps.store, caller.projectId, params.device_id)
    const product = await findProductByKey(deps.store, device.productKey)
    assert(product, 'a product with devices cannot be deleted')
    const changes = checkDesired(product.services, body.shadow)
    return shadowBody(device.deviceId, await changeDesired(deps, device, changes))
  },
})
