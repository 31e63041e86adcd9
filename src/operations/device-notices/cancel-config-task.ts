import { parseRowKey } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import { endConfigTask } from '../../store/config-tasks.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { ConfigTaskParams } from './config-task-body.ts'

/** A device that has it already may still apply it. */
export const cancelConfigTask = operation({
  id: 'CancelConfigTask',
  method: 'DELETE',
  url: '/quayside/v1/:project_id/devices/:device_id/config-tasks/:task_id',
  tag: 'device-configurations',
  summary: 'Send a configuration no more, and await no answer',
  status: 204,
  access: 'write',
  audit: 'device.cancel-configuration',
  params: ConfigTaskParams,
  async run({ store, clock }, { params, caller: { projectId } }) {
    const device = await requireDevice(store, projectId, params.device_id)
    const key = parseRowKey(params.task_id)
    const endedAt = clock.now()
    const wasOpen =
      key !== undefined && (await endConfigTask(store, device.key, { state: 'cancelled', endedAt, key }))
    if (!wasOpen) throw new Refusal('config-task-not-found', { taskId: params.task_id })
  },
})
