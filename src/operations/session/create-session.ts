import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import {
  csrfTokenOf,
  newSessionToken,
  sessionEnd,
  sessionHash,
} from '../../domain/console-session/console-session.ts'
import { saveSession } from '../../store/sessions.ts'
import { logIn } from '../iam/log-in.ts'
import { operation, replyWith } from '../operation.ts'
import { SessionBody, sessionBody } from './session-body.ts'

/** Signs in: the answer sets the cookie `quayside_session` (contracts §1). */
export const createSession = operation({
  id: 'CreateSession',
  method: 'POST',
  url: '/quayside/v1/session',
  tag: 'session',
  summary: 'Sign in with user and password; sets the cookie quayside_session',
  status: 201,
  access: 'public',
  audit: 'login',
  login: true,
  body: Type.Object({
    username: Type.String({ minLength: 1, maxLength: 128 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  }),
  reply: SessionBody,
  async run({ store, clock, limits }, { body }) {
    const { name, projectIds, passwordHash } = await logIn(store, body.username, body.password)
    const [projectId] = projectIds
    if (projectId === undefined) throw new Refusal('foreign-project')
    const token = newSessionToken()
    const createdAt = clock.now()
    const expiresAt = sessionEnd({ createdAt, now: createdAt }, limits)
    const session = { sha256: sessionHash(token), userName: name, createdAt, expiresAt }
    const { sessionsPerUserMax } = limits
    const outcome = await saveSession(store, session, { passwordHash, sessionsPerUserMax })
    if (outcome === 'stale') throw new Refusal('login-failed', { user: name })
    const reply = await sessionBody(store, name, { csrfToken: csrfTokenOf(token), expiresAt })
    return replyWith(reply, {
      session: { token, expiresAt },
      audit: { actor: name, projectId, target: name },
    })
  },
})
