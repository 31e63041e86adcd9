import Type from 'typebox'
import { endedStatuses } from '../../domain/downlink/command.ts'
import { countAsyncCommands } from '../../store/async-commands.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { operation } from '../operation.ts'
import { filterFields, readFilter } from './async-command-body.ts'

/** A POST that changes nothing, as the reference has it. */
export const countAsyncHistoryCommands = operation({
  id: 'CountAsyncHistoryCommands',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/async-commands-history/count',
  tag: 'async-commands',
  summary: 'Count the asynchronous commands that have ended',
  status: 200,
  access: 'read',
  params: DeviceParams,
  query: Type.Object(filterFields),
  reply: Type.Object({ count: Type.Integer() }),
  async run({ store }, { params, query, caller: { projectId } }) {
    const { key } = await requireDevice(store, projectId, params.device_id)
    return { count: await countAsyncCommands(store, key, readFilter(query, endedStatuses)) }
  },
})
