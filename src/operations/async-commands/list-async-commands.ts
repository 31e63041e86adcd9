import Type from 'typebox'
import { queuedStatuses } from '../../domain/downlink/command.ts'
import { listAsyncCommands as listStored } from '../../store/async-commands.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { PageBody, pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { operation } from '../operation.ts'
import { asyncCommandSummary, AsyncCommandSummary, filterFields, readFilter } from './async-command-body.ts'

export const listAsyncCommands = operation({
  id: 'ListAsyncCommands',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id/async-commands',
  tag: 'async-commands',
  summary: 'List the asynchronous commands that have not ended',
  status: 200,
  access: 'read',
  params: DeviceParams,
  query: Type.Object({ ...filterFields, ...pageQuery }),
  reply: Type.Object({ commands: Type.Array(AsyncCommandSummary), page: PageBody }),
  async run({ store }, { params, query, caller: { projectId } }) {
    const { key } = await requireDevice(store, projectId, params.device_id)
    const request = pageRequest(query)
    const page = await listStored(store, key, readFilter(query, queuedStatuses), request)
    return { commands: page.rows.map(asyncCommandSummary), page: pageBody(page, request) }
  },
})
