import { endSession } from '../../store/sessions.ts'
import { operation, replyWith } from '../operation.ts'

/** Signs out: the session opens nothing from then on, also for whoever has copied the cookie. */
export const deleteSession = operation({
  id: 'DeleteSession',
  method: 'DELETE',
  url: '/quayside/v1/session',
  tag: 'session',
  summary: 'Sign out',
  status: 204,
  access: 'session',
  audit: 'logout',
  async run({ store }, { caller }) {
    await endSession(store, caller.session.sha256)
    return replyWith(undefined, { session: 'ended', audit: { target: caller.name } })
  },
})
