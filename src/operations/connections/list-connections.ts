import Type from 'typebox'
import { parseDeviceId } from '../../base/ids.ts'
import { connectionVerdictBody } from '../../domain/verdict/wire.ts'
import { ConnectionVerdictBody } from '../explain/verdict-body.ts'
import { deviceId, ProjectParams } from '../fields/fields.ts'
import { searchText } from '../fields/own-list.ts'
import { OwnPageBody, ownPageBody, ownPageQuery } from '../fields/own-paging.ts'
import { ownTimeFilter, parseOwnTime } from '../fields/own-time.ts'
import { operation } from '../operation.ts'

export const listConnections = operation({
  id: 'ListConnections',
  method: 'GET',
  url: '/quayside/v1/:project_id/connections',
  tag: 'connections',
  summary: 'List the verdicts on connections, newest first: who came, who was refused, and why',
  status: 200,
  access: 'read',
  params: ProjectParams,
  query: Type.Object({
    outcome: Type.Optional(
      Type.Union([Type.Literal('accepted'), Type.Literal('refused'), Type.Literal('noted')]),
    ),
    since: Type.Optional(ownTimeFilter('Only connections at or after it.')),
    search: Type.Optional(
      searchText('Found in device id, bridge id, client id, user name, address, fingerprint or code.'),
    ),
    code: Type.Optional(
      Type.String({
        maxLength: 64,
        description: 'Only verdicts of this code, one of GET /quayside/v1/verdicts.',
      }),
    ),
    device_id: Type.Optional(deviceId()),
    ...ownPageQuery,
  }),
  reply: Type.Object({ connections: Type.Array(ConnectionVerdictBody), page: OwnPageBody }),
  async run({ readConnections, limits }, { query, caller, language }) {
    const { outcome, search, code, limit = limits.ownPageLimitDefault, marker } = query
    const since = parseOwnTime('since', query.since)
    const device = query.device_id === undefined ? undefined : parseDeviceId(query.device_id)
    const page = await readConnections({
      projectId: caller.projectId,
      limit,
      ...(outcome !== undefined && { outcome }),
      ...(since !== undefined && { since }),
      ...(search !== undefined && { search }),
      ...(code !== undefined && { code }),
      ...(device !== undefined && { deviceId: device }),
      ...(marker !== undefined && { marker }),
    })
    return {
      connections: page.connections.map(({ id, verdict }) => connectionVerdictBody(id, verdict, language)),
      page: ownPageBody(page.marker),
    }
  },
})
