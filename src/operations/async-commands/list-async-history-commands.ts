import Type from 'typebox'
import { endedStatuses } from '../../domain/downlink/command.ts'
import { listAsyncCommands } from '../../store/async-commands.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { operation } from '../operation.ts'
import { asyncCommandSummary, AsyncCommandSummary, filterFields, readFilter } from './async-command-body.ts'

export const listAsyncHistoryCommands = operation({
  id: 'ListAsyncHistoryCommands',
  method: 'GET',
  url: '/v5/iot/:project_id/devices/:device_id/async-commands-history',
  tag: 'async-commands',
  summary: 'List the asynchronous commands that have ended',
  status: 200,
  access: 'read',
  params: DeviceParams,
  query: Type.Object({ ...filterFields, ...pageQuery }),
  reply: Type.Object({
    commands: Type.Array(AsyncCommandSummary),
    page: Type.Object({ marker: Type.String() }),
  }),
  async run({ store }, { params, query, caller: { projectId } }) {
    const { key } = await requireDevice(store, projectId, params.device_id)
    const request = pageRequest(query)
    const page = await listAsyncCommands(store, key, readFilter(query, endedStatuses), request)
    // The count has an operation of its own (northbound §3.1).
    const { marker } = pageBody(page, request)
    return { commands: page.rows.map(asyncCommandSummary), page: { marker } }
  },
})
