import Type from 'typebox'
import type { Position } from '../../base/ids.ts'
import { Refusal } from '../../base/refusal.ts'
import { connectionVerdictBody } from '../../domain/verdict/wire.ts'
import { pemCertificateBodies } from '../explain/decoded-certificate.ts'
import { ConnectionDetailBody } from '../explain/verdict-body.ts'
import { operation } from '../operation.ts'

export const showConnection = operation({
  id: 'ShowConnection',
  method: 'GET',
  url: '/quayside/v1/:project_id/connections/:connection_id',
  tag: 'connections',
  summary: 'Get the verdict on one connection, with the certificates that the client presented',
  status: 200,
  access: 'read',
  params: Type.Object({
    project_id: Type.String(),
    connection_id: Type.String({
      maxLength: 15,
      pattern: '^[0-9]+$',
      'x-rule': 'may hold only digits',
      description: 'id of the verdict.',
    }),
  }),
  reply: ConnectionDetailBody,
  async run({ readConnection, clock }, { params, caller, language }) {
    const { connection_id: connectionId } = params
    const found = await readConnection(caller.projectId, Number(connectionId) as Position)
    if (!found) throw new Refusal('connection-not-found', { connectionId })
    return {
      ...connectionVerdictBody(found.id, found.verdict, language),
      certificates: pemCertificateBodies(found.certificates, clock.now(), language),
    }
  },
})
