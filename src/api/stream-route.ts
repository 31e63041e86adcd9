import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Limits } from '../base/limits.ts'
import type { StreamRequest, StreamRoute } from './route.ts'

type StreamLimits = Pick<Limits, 'uploadIdleMillisMax' | 'refusedUploadMillisMax'>

/** Mounts the route with its bodies unread: `run` takes them from the socket, as fast as they can be written. */
export async function mountStreamRoute(
  app: FastifyInstance,
  { prefix, run }: StreamRoute,
  limits: StreamLimits,
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.route({
      method: ['GET', 'HEAD', 'PUT'],
      url: `${prefix}/*`,
      async handler(request, reply) {
        request.trace.operation = prefix
        cutWhenIdle(request, reply, limits)
        const [target = '', ...query] = (request.raw.url ?? '').split('?')
        const { status, headers, body } = await run({
          method: request.method as StreamRequest['method'],
          path: target.slice(prefix.length),
          query: query.join('?'),
          headers: request.headers,
          body: request.raw,
        })
        return reply.code(status).headers(headers).send(body)
      },
    })
  })
}

/**
 * Whoever is refused may still be sending: it gets some time to read the answer, and what it sends is dropped. Closing
 * at once would throw the answer away with it.
 */
function cutWhenIdle(
  { raw: request }: FastifyRequest,
  { raw: response }: FastifyReply,
  { uploadIdleMillisMax, refusedUploadMillisMax }: StreamLimits,
): void {
  request.setTimeout(uploadIdleMillisMax, () => request.destroy())
  response.once('finish', () => {
    if (request.complete) return
    request.resume()
    const timer = setTimeout(() => request.destroy(), refusedUploadMillisMax)
    request.once('close', () => clearTimeout(timer))
  })
}
