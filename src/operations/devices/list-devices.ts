import Type, { type Static } from 'typebox'
import { parseDeviceId, parseNodeId, parseProductId, type ProjectId } from '../../base/ids.ts'
import { type DeviceFilter, listDevices as listStored } from '../../store/device-list.ts'
import type { Store } from '../../store/store.ts'
import { spaceForFilter } from '../apps/find-space.ts'
import {
  appId,
  basicTimeFilter,
  deviceId,
  nameText,
  nodeId,
  productId,
  ProjectParams,
} from '../fields/fields.ts'
import { timeRange } from '../fields/time-range.ts'
import { operation } from '../operation.ts'
import { PageBody, pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { DeviceSummaryBody, deviceSummaryBody } from './device-body.ts'
import { viewDevices } from './view-devices.ts'

const Filter = Type.Object({
  product_id: Type.Optional(productId()),
  gateway_id: Type.Optional(deviceId()),
  is_cascade_query: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'With gateway_id: all levels below it, not only its children.',
    }),
  ),
  node_id: Type.Optional(nodeId()),
  device_name: Type.Optional(nameText(256)),
  start_time: Type.Optional(basicTimeFilter('Registered at or after, like 20151212T121212Z.')),
  end_time: Type.Optional(basicTimeFilter('Registered before, like 20151212T121212Z.')),
  app_id: Type.Optional(appId()),
  ...pageQuery,
})

export const listDevices = operation({
  id: 'ListDevices',
  method: 'GET',
  url: '/v5/iot/:project_id/devices',
  tag: 'devices',
  summary: 'List devices by filter',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Filter,
  reply: Type.Object({ devices: Type.Array(DeviceSummaryBody), page: PageBody }),
  async run(deps, { query, caller: { projectId } }) {
    const request = pageRequest(query)
    const page = await listStored(
      deps.store,
      projectId,
      await readFilter(deps.store, projectId, query),
      request,
    )
    const views = await viewDevices(deps, projectId, page.rows)
    return {
      devices: views.map(deviceSummaryBody),
      page: pageBody(page, request),
    }
  },
})

async function readFilter(
  store: Store,
  projectId: ProjectId,
  query: Static<typeof Filter>,
): Promise<DeviceFilter> {
  const space = await spaceForFilter(store, projectId, query.app_id)
  return {
    ...(space && { spaceId: space.spaceId }),
    ...parsed('productId', query.product_id, parseProductId),
    ...parsed('nodeId', query.node_id, parseNodeId),
    ...parsed('gatewayId', query.gateway_id, parseDeviceId),
    ...(query.device_name !== undefined && { name: query.device_name }),
    cascade: query.is_cascade_query ?? false,
    ...timeRange(query),
  }
}

/** The schema has the form of the id, so that parsing what is there succeeds. */
function parsed<N extends string, T>(
  name: N,
  text: string | undefined,
  parse: (text: string) => T | undefined,
): { [K in N]?: T } {
  const id = text === undefined ? undefined : parse(text)
  return id === undefined ? {} : ({ [name]: id } as { [K in N]?: T })
}
