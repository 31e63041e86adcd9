import { inTransaction } from '../../store/transaction.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { DeviceBody, deviceBody } from './device-body.ts'
import { announceDevices, registerDevice, Registration } from './register-device.ts'

export const addDevice = operation({
  id: 'AddDevice',
  method: 'POST',
  url: '/v5/iot/:project_id/devices',
  tag: 'devices',
  summary: 'Register a device or a child device',
  status: 201,
  access: 'write',
  audit: 'device.create',
  params: ProjectParams,
  body: Registration,
  reply: DeviceBody,
  async run(deps, { body, caller: { projectId } }) {
    const registered = await inTransaction(deps.store, (store) =>
      registerDevice({ ...deps, store }, projectId, body),
    )
    const { device } = registered
    await announceDevices(deps, [registered])
    return deviceBody(registered, { withTimeout: device.gatewayId === undefined })
  },
})
