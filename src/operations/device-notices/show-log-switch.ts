import { findLogSwitch } from '../../store/log-switches.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { LogSwitchBody, logSwitchBody } from './log-switch-body.ts'

export const showLogSwitch = operation({
  id: 'ShowLogSwitch',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/log-switch',
  tag: 'device-logs',
  summary: 'Does the device report its log, and until when',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: LogSwitchBody,
  async run({ store, clock }, { params, caller: { projectId } }) {
    const { key } = await requireDevice(store, projectId, params.device_id)
    return logSwitchBody(await findLogSwitch(store, key), clock.now())
  },
})
