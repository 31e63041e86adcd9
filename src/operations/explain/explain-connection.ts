import Type from 'typebox'
import { connectionVerdictBody } from '../../domain/verdict/wire.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { ConnectionVerdictBody } from './verdict-body.ts'

/** As long as what a listener reads before it has decided; a chain is a few kilobytes. */
const CHAIN_CHARACTERS_MAX = 65_536
const TEXT_CHARACTERS_MAX = 1024

export const explainConnection = operation({
  id: 'ExplainConnection',
  method: 'POST',
  url: '/quayside/v1/:project_id/explain/connection',
  tag: 'explain',
  summary: 'Would this device be let in? Judged as a listener would, without connecting; nothing is kept',
  status: 200,
  access: 'read',
  params: ProjectParams,
  body: Type.Object({
    certificate_chain: Type.Optional(
      Type.String({ maxLength: CHAIN_CHARACTERS_MAX, description: 'PEM, the device certificate first.' }),
    ),
    client_id: Type.Optional(Type.String({ maxLength: TEXT_CHARACTERS_MAX })),
    username: Type.Optional(Type.String({ maxLength: TEXT_CHARACTERS_MAX })),
    password: Type.Optional(Type.String({ maxLength: TEXT_CHARACTERS_MAX })),
    device_id: Type.Optional(
      Type.String({
        maxLength: 128,
        description: 'Stands in for a client id and user name that are left out.',
      }),
    ),
    listener: Type.Optional(
      Type.Union([Type.Literal('mqtt'), Type.Literal('mqtts'), Type.Literal('ws'), Type.Literal('wss')], {
        default: 'mqtts',
        description: 'Which port it would use.',
      }),
    ),
  }),
  reply: ConnectionVerdictBody,
  async run({ explainConnection: explain }, { body, caller, language }) {
    const { certificate_chain, client_id, username, password, device_id, listener = 'mqtts' } = body
    const verdict = await explain({
      projectId: caller.projectId,
      ...(certificate_chain !== undefined && { certificateChain: certificate_chain }),
      ...(client_id !== undefined && { clientId: client_id }),
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(device_id !== undefined && { deviceId: device_id }),
      listener,
    })
    return connectionVerdictBody(undefined, verdict, language)
  },
})
