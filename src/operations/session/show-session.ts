import { operation } from '../operation.ts'
import { SessionBody, sessionBody } from './session-body.ts'

export const showSession = operation({
  id: 'ShowSession',
  method: 'GET',
  url: '/quayside/v1/session',
  tag: 'session',
  summary: 'Who is signed in, and the token that changes need',
  status: 200,
  access: 'session',
  reply: SessionBody,
  run: ({ store }, { caller }) => sessionBody(store, caller.name, caller.session),
})
