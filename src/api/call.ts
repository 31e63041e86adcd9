import type { Clock, Instant } from '../base/instant.ts'
import { parseProjectId, type ProjectId } from '../base/ids.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import { sessionHash } from '../domain/console-session/console-session.ts'
import { matches, validateBody, validateText } from '../operations/fields/validate.ts'
import {
  type Caller,
  type EventStream,
  isEventStream,
  isReply,
  type Operation,
  type OperationDeps,
} from '../operations/operation.ts'
import type { Answer } from './answer.ts'
import { type Audit, auditTarget, record } from './audit.ts'
import {
  authenticate,
  type Authenticated,
  authenticateSession,
  type Callers,
  type CallRequest,
  claimedName,
  hasOwnCredentials,
} from './callers/authenticate.ts'
import { refuseForeignOrigin, sessionCookie, sessionToken } from './callers/session.ts'
import type { Throttle } from './callers/throttle.ts'
import { parseJsonBody } from './json-body.ts'
import { preferredLanguage } from './language.ts'
import { queryValues } from './query.ts'

export interface CallDeps {
  readonly deps: OperationDeps
  readonly callers: Callers
  readonly audit: Audit
  readonly logger: Logger
  readonly clock: Clock
  readonly limits: Limits
  readonly failedCalls: Throttle
  readonly failedLogins: Throttle
  /** Tests: a reply that its schema does not allow is a fault. */
  readonly checkReplies: boolean
}

export interface OperationCall extends CallRequest {
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>
  readonly requestId: string
  /** It came over TLS, as far as we or a proxy in front of us can tell: its cookies need not go elsewhere. */
  readonly isSecure: boolean
}

/**
 * One call of one operation: who calls, may they, what do they say, what comes of it, who shall know. Answers or
 * hands back the stream to be written; throws refusals and faults.
 */
export async function callOperation(
  operation: Operation,
  call: OperationCall,
  context: CallDeps,
): Promise<Answer | EventStream> {
  const { caller, isRenewed } = await identify(operation, call, context)
  checkLogin(operation, call, context)
  try {
    checkProject(call, caller)
    const input = readInput(operation, call, context.limits)
    const result = await operation.run(context.deps, {
      ...input,
      caller,
      language: preferredLanguage(call.headers['accept-language']),
      ...lastEventId(call),
    })
    if (isEventStream(result)) return result
    const { body, headers, session, audit } = isReply(result) ? result : { body: result }
    if (context.checkReplies) checkReply(operation, body)
    if (operation.audit && audit !== 'none') {
      const entry = {
        action: operation.audit,
        actor: audit?.actor ?? caller?.name ?? '',
        address: call.address,
        target: audit?.target ?? auditTarget(call.params, body),
        outcome: 'done',
        ...(audit?.detail && { detail: audit.detail }),
      } as const
      await record(context.audit, context.logger, entry, audit?.projectId ?? caller?.projectId)
    }
    const cookie = await cookieAfter(call, context, session ?? (isRenewed ? caller?.session : undefined))
    return {
      status: operation.status,
      headers: { ...headers, ...cookie },
      // Clients parse what a read or a create answers: an empty object, never nothing (northbound §2.2).
      ...(operation.status !== 204 && { body: body ?? {} }),
    }
  } catch (fault) {
    if (isRefusal(fault)) await noteDenial(fault, operation, call, caller, context)
    throw fault
  }
}

/** The cookie that goes with the answer: of a session that begins, goes on or has ended; else none. */
async function cookieAfter(
  call: OperationCall,
  { callers, clock }: CallDeps,
  session: { readonly token: string; readonly expiresAt: Instant } | 'ended' | undefined,
): Promise<{ 'set-cookie'?: string }> {
  if (session === undefined) return {}
  const begun = session === 'ended' ? undefined : session
  // The session that a new one takes the place of would live on, out of the user's sight.
  const before = sessionToken(call)
  if (begun && before !== undefined && before !== begun.token) await callers.sessions.end(sessionHash(before))
  return { 'set-cookie': sessionCookie(begun, { now: clock.now(), isSecure: call.isSecure }) }
}

/** No caller for public operations, and for optional ones when no credentials are sent. */
async function identify(
  { access, id }: Operation,
  call: OperationCall,
  context: CallDeps,
): Promise<Partial<Authenticated>> {
  if (access === 'public') return {}
  try {
    const verify = access === 'session' ? authenticateSession : authenticate
    return await verify(call, call.params['project_id'], context.callers, context)
  } catch (fault) {
    if (!isRefusal(fault)) throw fault
    // Nothing was tried where nothing was sent, and an ended session is no attack.
    if (fault.refusal === 'not-authenticated') {
      if (access === 'optional' && !hasOwnCredentials(call.headers)) return {}
      throw fault
    }
    const waits = tooMany(context.failedCalls, call.address)
    await noteFailure(fault, { actor: claimedName(call), operationId: id, call }, context)
    throw waits ?? fault
  }
}

/** Only failures count, and only they are held back: good credentials are always let in (northbound §2.3). */
async function noteFailure(
  { refusal }: Refusal,
  { actor, operationId, call, projectId }: FailedCall,
  { failedCalls, limits, audit, logger }: CallDeps,
): Promise<void> {
  // The rest of a storm is counted by metrics; it must not fill the disk.
  if (failedCalls.fail(call.address) > limits.failedCallsPerMinuteMax) return
  const entry = {
    action: 'authenticate',
    actor,
    address: call.address,
    target: operationId,
    outcome: 'denied',
    detail: { cause: refusal },
  } as const
  await record(audit, logger, entry, projectId ?? parseProjectId(call.params['project_id'] ?? ''))
}

interface FailedCall {
  readonly actor: string
  readonly operationId: string
  readonly call: OperationCall
  /** Known when the caller is; else the path's is taken. */
  readonly projectId?: ProjectId
}

function tooMany(throttle: Throttle, address: string): Refusal | undefined {
  const seconds = throttle.blockedSeconds(address)
  return seconds === undefined ? undefined : new Refusal('too-many-requests', { seconds })
}

/**
 * A password is not even tried while its address has to wait, nor for a page of another origin: that page would try
 * passwords through its visitors' browsers, or sign them in as someone else.
 */
function checkLogin({ login }: Operation, call: OperationCall, { failedLogins }: CallDeps): void {
  if (!login) return
  refuseForeignOrigin(call.headers)
  const refusal = tooMany(failedLogins, call.address)
  if (refusal) throw refusal
}

/** The project in the path, and the one in the header when there is one, must be the caller's (northbound §1.4). */
function checkProject({ params, headers }: OperationCall, caller: Caller | undefined): void {
  const { project_id: projectId } = params
  if (projectId === undefined || caller === undefined) return
  const named = headers['x-project-id']
  if (projectId !== caller.projectId || (named !== undefined && named !== '' && named !== projectId))
    throw new Refusal('foreign-project')
}

function readInput(operation: Operation, call: OperationCall, limits: Limits) {
  const [, ...query] = call.target.split('?')
  return {
    params: validateText(operation.params, call.params),
    query: validateText(operation.query, queryValues(query.join('?'))),
    body: operation.body && validateBody(operation.body, readBody(call, limits)),
  }
}

/** A body without a type is taken for JSON; one that says that it is something else is refused. */
function readBody({ headers, body }: OperationCall, limits: Limits): unknown {
  const type = headers['content-type']?.trim() ?? ''
  if (body.length > 0 && type !== '' && !/^application\/(json|[\w.+-]*\+json)\s*(;|$)/i.test(type))
    throw new Refusal('unsupported-media-type', { type: type.slice(0, 100) })
  return parseJsonBody(body, limits.jsonDepthMax)
}

function lastEventId({ headers }: OperationCall): { lastEventId?: string } {
  const id = headers['last-event-id']
  return typeof id === 'string' && id !== '' ? { lastEventId: id } : {}
}

function checkReply({ id, reply, status }: Operation, body: unknown): void {
  // What goes over the wire: without undefined members.
  const wire: unknown = JSON.parse(JSON.stringify(body ?? {}))
  if (reply && status !== 204 && !matches(reply, wire))
    throw new Error(`the reply of ${id} does not fit its schema`)
}

/** A wrong password, and someone at a project that is not theirs, are for the audit trail (safety S14). */
async function noteDenial(
  fault: Refusal,
  { id, audit: action = id }: Operation,
  call: OperationCall,
  caller: Caller | undefined,
  context: CallDeps,
): Promise<void> {
  if (fault.refusal === 'foreign-project') {
    const { name: actor = '', projectId } = caller ?? {}
    await noteFailure(fault, { actor, operationId: id, call, ...(projectId && { projectId }) }, context)
  }
  if (fault.refusal === 'login-failed' || fault.refusal === 'old-password-wrong') {
    const { failedLogins, limits, audit, logger } = context
    if (failedLogins.fail(call.address) > limits.failedLoginsPerMinuteMax) return
    const actor = caller?.name ?? String(fault.params['user']).slice(0, 128)
    const entry = { action, actor, address: call.address, outcome: 'denied' } as const
    await record(audit, logger, entry, caller?.projectId)
  }
}
