import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import { subjectText } from './connections.ts'

export type ConnectionDetail = Reply<'GET /quayside/v1/{project_id}/connections/{connection_id}'>

/** `language` is part of the key: sentences come in it. */
export const connectionQuery = (projectId: string, connectionId: string, language: string) =>
  queryOptions({
    queryKey: ['connections', projectId, 'one', connectionId, language],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/connections/{connection_id}', {
        params: { project_id: projectId, connection_id: connectionId },
        signal,
      }),
  })

/** What is known of a connection, put to the platform anew: it may have been mended since. Passwords are not kept. */
export function judgeAgain(projectId: string, connection: ConnectionDetail) {
  const chain = connection.certificates.map(({ pem }) => pem).join('')
  const listener = connection.subject['listener']
  const [clientId, username, deviceId] = (['client_id', 'username', 'device_id'] as const).map((name) =>
    subjectText(connection, name),
  )
  return call('POST /quayside/v1/{project_id}/explain/connection', {
    params: { project_id: projectId },
    body: {
      ...(chain !== '' && { certificate_chain: chain }),
      ...(clientId !== undefined && { client_id: clientId }),
      ...(username !== undefined && { username }),
      ...(clientId === undefined && deviceId !== undefined && { device_id: deviceId }),
      ...((listener === 'mqtt' || listener === 'mqtts') && { listener }),
    },
  })
}
