import Type from 'typebox'
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
    connection_id: Type.String({ maxLength: 15, pattern: '^[0-9]+$', description: 'id of the verdict.' }),
  }),
  reply: ConnectionDetailBody,
  run: () => Promise.reject(new Error('to come')),
})
