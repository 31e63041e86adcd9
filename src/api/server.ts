import { randomUUID } from 'node:crypto'
import type { RequestListener } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { TLSSocket } from 'node:tls'
import type { Readable } from 'node:stream'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Elapsed, systemElapsed } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import { isRefusal, Refusal } from '../base/refusal.ts'
import {
  type EventStream,
  isEventStream,
  type Operation,
  type OperationDeps,
} from '../operations/operation.ts'
import { type Answer, faultAnswer, refusalAnswer } from './answer.ts'
import type { Audit } from './audit.ts'
import { type CallDeps, callOperation } from './call.ts'
import type { Callers } from './callers/authenticate.ts'
import { createThrottle } from './callers/throttle.ts'
import { consoleAnswer, type ConsoleOptions } from './console-files.ts'
import { createDocsPages } from './docs-pages.ts'
import { writeEvents } from './event-stream.ts'
import {
  type HttpAddress,
  type HttpServers,
  type HttpServersOptions,
  openHttpServers,
  type TlsIdentity,
} from './http-servers.ts'
import { preferredLanguage } from './language.ts'
import type { PostRoute, Route, RouteAnswer, StreamRoute } from './route.ts'
import { createBodyReader } from './raw-body.ts'
import { pageSecurityPolicy, securityHeaders } from './security-headers.ts'
import { mountStreamRoute } from './stream-route.ts'

export interface ApiOptions {
  readonly operations: readonly Operation[]
  readonly deps: OperationDeps
  readonly callers: Callers
  readonly audit: Audit
  readonly logger: Logger
  readonly http: HttpAddress
  readonly https?: HttpAddress & TlsIdentity
  /** See `HttpServersOptions`. */
  readonly upgrade?: HttpServersOptions['upgrade']
  /** Files, health, metrics: what is no operation. GET and HEAD. */
  readonly routes?: readonly Route[]
  /** Calls of devices. */
  readonly posts?: readonly PostRoute[]
  /** What has bodies too long for memory. */
  readonly streams?: StreamRoute
  /** Answers to GET and HEAD what neither operations nor routes do. */
  readonly console?: ConsoleOptions
  /** Told of every answer, once it has left. */
  readonly onAnswered?: (answered: Answered) => void
  /** What throttles wait by; absent: that of the system. */
  readonly elapsed?: Elapsed
  /** Shown by the API reference. */
  readonly version: string
  /** Tests: a reply that its schema does not allow is a fault. */
  readonly checkReplies?: boolean
}

export interface Answered {
  /** Id of the operation, else the route's path as it was written; `-` for what is not there. */
  readonly operation: string
  readonly method: string
  readonly status: number
  readonly millis: number
}

export interface Api {
  readonly ports: HttpServers['ports']
  renewTls(identity: TlsIdentity): void
  /** Accepts no more, ends event streams, answers what is being worked on (safety R7). */
  close(): Promise<void>
}

/** On every request, from its beginning. */
interface Trace {
  readonly requestId: string
  readonly startedAt: number
  operation: string
}

/**
 * Serves the operations, the API reference at `/docs` and the given routes over HTTP and HTTPS. One router answers
 * both servers. Nothing in front of it is trusted: addresses are those of the sockets.
 */
export async function startApi(options: ApiOptions): Promise<Api> {
  const { operations, routes = [], logger, https } = options
  const { limits } = options.deps
  const closing = new AbortController()
  const context = {
    ...callDeps(options, limits),
    closing: closing.signal,
    openStreams: new Map<EventStream, string>(),
  }

  const ports: { https?: number | undefined } = {}
  const { app, handle } = createApp(options, limits, () => ports.https)
  for (const operation of operations) mountOperation(app, operation, context)
  for (const route of routes) mountRoute(app, route)
  for (const route of options.posts ?? []) mountPost(app, route, context)
  if (options.streams) await mountStreamRoute(app, options.streams, limits)
  const docs = mountDocs(app, options)
  await app.ready()

  const servers = await openHttpServers({
    http: options.http,
    ...(https && { https }),
    handle,
    ...(options.upgrade && { upgrade: options.upgrade }),
    ...(options.streams && { streamPrefix: options.streams.prefix }),
    limits,
    logger,
  })
  ports.https = servers.ports.https
  return {
    ports: servers.ports,
    renewTls: servers.renewTls,
    async close() {
      closing.abort()
      // Under the time that the whole process has, so that what comes after still has some.
      await servers.close(limits.shutdownMillisMax / 2)
      await docs.close()
      await app.close()
    },
  }
}

type ServerContext = CallDeps & {
  readonly closing: AbortSignal
  /** With the project of each. */
  readonly openStreams: Map<EventStream, string>
}

function callDeps(
  { deps, callers, audit, logger, elapsed = systemElapsed, checkReplies = false }: ApiOptions,
  limits: Limits,
): CallDeps {
  const { clock } = deps
  const throttle = (failuresMax: number) =>
    createThrottle({
      elapsed,
      failuresMax,
      windowMillis: 60_000,
      addressesMax: limits.throttledAddressesMax,
    })
  return {
    deps,
    callers,
    audit,
    logger,
    clock,
    limits,
    checkReplies,
    failedCalls: throttle(limits.failedCallsPerMinuteMax),
    failedLogins: throttle(limits.failedLoginsPerMinuteMax),
  }
}

function createApp(
  { logger, onAnswered, console: pages }: ApiOptions,
  limits: Limits,
  httpsPort: () => number | undefined,
): { app: FastifyInstance; handle: RequestListener } {
  const app = Fastify({
    logger: false,
    trustProxy: false,
    exposeHeadRoutes: false,
    // A client's id is not taken over: it would be written into our log.
    requestIdHeader: false,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 512, ignoreTrailingSlash: false, caseSensitive: true },
    // Refused before there is a route: no hook has run.
    frameworkErrors(fault, request, reply) {
      begin(request, reply)
      void fail(fault, request, reply)
    },
  })
  // Bodies are kept raw on every method: Node's SDK signs `{}` on a GET (northbound §1.1).
  for (const method of ['GET', 'HEAD', 'DELETE'])
    app.addHttpMethod(method, { hasBody: true, overrideExisting: true })
  app.removeAllContentTypeParsers()
  const readBody = createBodyReader(limits)
  app.addContentTypeParser('*', ({ headers }: FastifyRequest, payload: Readable) =>
    readBody(payload, Number(headers['content-length'])),
  )
  app.decorateRequest('trace')

  app.addHook('onRequest', async (request, reply) => {
    begin(request, reply)
    // RFC 9112 §3.2: a target has none. The router would cut it off, and the signature would cover it.
    if (request.raw.url?.includes('#'))
      throw new Refusal('invalid-input', { field: 'path', rule: 'must have no fragment' })
  })
  app.addHook('onResponse', async ({ trace: { operation, startedAt }, method }, { statusCode }) => {
    onAnswered?.({ operation, method, status: statusCode, millis: performance.now() - startedAt })
  })
  app.setNotFoundHandler(async (request, reply) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    const answer =
      pages && isRead
        ? await consoleAnswer(pages, {
            path: pathOf(request),
            headers: request.headers,
            isSecure: cameOverTls(request),
            httpsPort: httpsPort(),
          })
        : undefined
    if (!answer) return fail(notFound(request), request, reply)
    request.trace.operation = 'console'
    return sendRoute(reply, answer)
  })
  app.setErrorHandler((fault, request, reply) => fail(fault, request, reply))

  function begin(request: FastifyRequest, reply: FastifyReply): void {
    request.trace = { requestId: request.id, startedAt: performance.now(), operation: '-' }
    void reply.headers({ ...securityHeaders, 'x-request-id': request.id })
  }

  function fail(fault: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const path = pathOf(request)
    const refusal = isRefusal(fault) ? fault : frameworkRefusal(fault, request)
    const { trace, id: requestId, method } = request
    const asked = {
      path,
      requestId: request.id,
      language: preferredLanguage(request.headers['accept-language']),
    }
    const facts = { requestId, operation: trace.operation, method, path }
    if (refusal) {
      // No fault of the caller's: whoever runs the platform must see it.
      if (refusal.refusal === 'store-unavailable')
        logger.error({ ...facts, fault: refusal.cause }, 'the registry cannot be written')
      logger.debug({ ...facts, refusal: refusal.refusal }, 'refused')
      return send(reply, refusalAnswer(refusal, asked))
    }
    logger.error({ ...facts, fault }, 'request failed')
    return send(reply, faultAnswer(asked))
  }
  return {
    app,
    handle(request, response) {
      request.url = originForm(request.url ?? '')
      // A type that says nothing is none; the framework would refuse it.
      if (request.headers['content-type'] === '') delete request.headers['content-type']
      app.routing(request, response)
    },
  }
}

/** RFC 9112 §3.2.2: a target may name scheme and host before the path; what is routed and signed is the path. */
function originForm(target: string): string {
  const authority = /^https?:\/\/[^/?#]*/i.exec(target)?.[0]
  if (authority === undefined) return target
  const rest = target.slice(authority.length)
  return rest.startsWith('/') ? rest : `/${rest}`
}

declare module 'fastify' {
  interface FastifyRequest {
    trace: Trace
  }
}

const pathOf = ({ raw }: FastifyRequest): string => (raw.url ?? '').split('?', 1)[0] ?? ''

function notFound(request: FastifyRequest): Refusal {
  return new Refusal('route-not-found', { method: request.method, path: pathOf(request).slice(0, 256) })
}

/** What the framework itself refuses, in our words; undefined for a fault. */
function frameworkRefusal(fault: unknown, { headers }: FastifyRequest): Refusal | undefined {
  const code = typeof fault === 'object' && fault !== null && 'code' in fault ? fault.code : undefined
  switch (code) {
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new Refusal('unsupported-media-type', { type: (headers['content-type'] ?? '').slice(0, 100) })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
    case 'ECONNRESET':
      return new Refusal('malformed-json', { detail: 'it is shorter or longer than announced' })
    case 'FST_ERR_BAD_URL':
      return new Refusal('invalid-input', { field: 'path', rule: 'must be percent-encoded UTF-8' })
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new Refusal('invalid-input', { field: 'path', rule: 'has a part of more than 512 characters' })
    default:
      return undefined
  }
}

function send(reply: FastifyReply, { status, headers = {}, body }: Answer): FastifyReply {
  void reply.code(status).headers(headers)
  return body === undefined
    ? reply.send()
    : reply.type('application/json; charset=utf-8').send(JSON.stringify(body))
}

function mountOperation(app: FastifyInstance, operation: Operation, context: ServerContext): void {
  app.route<{ Params: Record<string, string> }>({
    method: operation.method,
    url: operation.url,
    async handler(request, reply) {
      request.trace.operation = operation.id
      const { raw, headers, params, id: requestId } = request
      const result = await callOperation(
        operation,
        {
          method: raw.method ?? '',
          target: raw.url ?? '',
          headers,
          body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
          address: plainAddress(raw.socket.remoteAddress),
          params,
          requestId,
          isSecure: cameOverTls(request),
        },
        context,
      )
      if (!isEventStream(result)) return send(reply, result)
      await stream(result, request, reply, context, params['project_id'] ?? '')
      return reply
    },
  })
}

/** An IPv4 peer of a socket that listens on both families. */
const plainAddress = (address = ''): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

async function stream(
  events: EventStream,
  request: FastifyRequest,
  reply: FastifyReply,
  { openStreams, limits, closing, logger }: ServerContext,
  projectId: string,
): Promise<void> {
  const { eventStreamsMax, eventStreamsPerProjectMax } = limits
  const ofProject = [...openStreams.values()].filter((each) => each === projectId).length
  if (ofProject >= eventStreamsPerProjectMax)
    throw new Refusal('too-many-streams', { limit: eventStreamsPerProjectMax })
  if (openStreams.size >= eventStreamsMax) throw new Refusal('too-many-streams', { limit: eventStreamsMax })
  const gone = new AbortController()
  // Credentials are looked at when a stream opens: it ends now and then, so that they are looked at again.
  const signal = AbortSignal.any([closing, gone.signal, AbortSignal.timeout(limits.eventStreamLifeMillis)])
  const response = reply.raw
  reply.hijack()
  openStreams.set(events, projectId)
  response.once('close', () => gone.abort())
  try {
    response.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      // A proxy that collects the answer would keep events back.
      'x-accel-buffering': 'no',
    })
    await writeEvents(response, events, { signal, commentMillis: limits.eventStreamCommentMillis })
    response.end()
  } catch (fault) {
    // The head is out: cutting the connection makes the reader come back with its last position.
    logger.error({ requestId: request.id, operation: request.trace.operation, fault }, 'event stream failed')
    response.destroy()
  } finally {
    openStreams.delete(events)
    gone.abort()
  }
}

function mountRoute(app: FastifyInstance, { url, run }: Route): void {
  app.route({
    method: ['GET', 'HEAD'],
    url,
    async handler(request, reply) {
      request.trace.operation = url
      return sendRoute(reply, await run({ path: pathOf(request), headers: request.headers }))
    },
  })
}

/** Failed attempts of an address are counted as with operations: who fails often is told to wait (safety S2). */
function mountPost(app: FastifyInstance, { url, run }: PostRoute, { failedCalls }: CallDeps): void {
  app.route({
    method: 'POST',
    url,
    async handler(request, reply) {
      request.trace.operation = url
      const { raw, body, headers } = request
      const host = plainAddress(raw.socket.remoteAddress)
      const seconds = failedCalls.blockedSeconds(host)
      if (seconds !== undefined) throw new Refusal('too-many-requests', { seconds })
      try {
        const answer = await run({
          params: request.params as Record<string, string>,
          headers,
          body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
          address: host.includes(':')
            ? `[${host}]:${raw.socket.remotePort}`
            : `${host}:${raw.socket.remotePort}`,
          isTls: (raw.socket as Partial<TLSSocket>).encrypted === true,
        })
        return answer === undefined ? reply.code(200).send() : send(reply, { status: 200, body: answer })
      } catch (fault) {
        if (
          isRefusal(fault) &&
          (fault.refusal === 'device-login-failed' || fault.refusal === 'device-token-invalid')
        )
          failedCalls.fail(host)
        throw fault
      }
    },
  })
}

function sendRoute(reply: FastifyReply, { status, headers = {}, body }: RouteAnswer): FastifyReply {
  const isPage = headers['content-type']?.startsWith('text/html')
  if (isPage) void reply.header('content-security-policy', pageSecurityPolicy)
  return reply
    .code(status)
    .headers(headers)
    .send(typeof body === 'string' ? body : Buffer.from(body))
}

function mountDocs(app: FastifyInstance, { operations, version }: ApiOptions): { close(): Promise<void> } {
  const pages = createDocsPages({ operations, version, policy: pageSecurityPolicy })
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    request.trace.operation = '/docs'
    const handle = await pages.open()
    reply.hijack()
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value)
    handle(request.raw, reply.raw)
    return reply
  }
  for (const url of ['/docs', '/docs/*']) app.route({ method: ['GET', 'HEAD'], url, handler })
  return pages
}

/**
 * Did the browser speak TLS, to us or to a proxy that says so? Whoever lies about it only shuts out itself: its
 * cookie comes back over TLS alone, and it is shown the console over plain HTTP, where the browser offers it less.
 */
const cameOverTls = ({ raw, headers }: FastifyRequest): boolean =>
  (raw.socket as Partial<TLSSocket>).encrypted === true || headers['x-forwarded-proto'] === 'https'
