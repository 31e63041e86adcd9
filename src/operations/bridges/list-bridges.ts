import Type from 'typebox'
import { listBridgePage } from '../../store/bridges.ts'
import { ProjectParams } from '../fields/fields.ts'
import { PageBody, pageBody, pageQuery, pageRequest } from '../fields/paging.ts'
import { operation } from '../operation.ts'
import { BridgeBody, bridgeBody, readBridgeStatuses } from './bridge-body.ts'

export const listBridges = operation({
  id: 'ListBridges',
  method: 'GET',
  url: '/v5/iot/:project_id/bridges',
  tag: 'bridges',
  summary: 'List bridges',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object(pageQuery),
  reply: Type.Object({ bridges: Type.Array(BridgeBody), page: PageBody }),
  async run(deps, { query, caller: { projectId } }) {
    const request = pageRequest(query)
    const page = await listBridgePage(deps.store, projectId, request)
    const statusOf = await readBridgeStatuses(deps, page.rows)
    return {
      bridges: page.rows.map((bridge) => bridgeBody(bridge, statusOf(bridge))),
      page: pageBody(page, request),
    }
  },
})
