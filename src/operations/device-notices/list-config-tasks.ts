import Type from 'typebox'
import { listConfigTasks as listTasks } from '../../store/config-tasks.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { ConfigTaskBody, configTaskBody } from './config-task-body.ts'

export const listConfigTasks = operation({
  id: 'ListConfigTasks',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/config-tasks',
  tag: 'device-configurations',
  summary: 'List the last configurations of a device, newest first, and what it answered',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: Type.Object({ config_tasks: Type.Array(ConfigTaskBody) }),
  async run({ store }, { params, caller: { projectId } }) {
    const { key } = await requireDevice(store, projectId, params.device_id)
    return { config_tasks: (await listTasks(store, key)).map(configTaskBody) }
  },
})
