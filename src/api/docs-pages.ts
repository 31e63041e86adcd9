import type { RequestListener } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Operation } from '../operations/operation.ts'
import { openApiDocument } from './openapi.ts'

export interface DocsOptions {
  readonly operations: readonly Operation[]
  readonly version: string
  /** Content-Security-Policy of the pages. */
  readonly policy: string
}

/**
 * The API reference: `/docs` as a page, `/docs/openapi.json` as a document. Made when it is first asked for, in a
 * server of its own: its packages take some ten megabytes that a platform which nobody looks at need not hold.
 */
export function createDocsPages(options: DocsOptions): {
  open(): Promise<RequestListener>
  close(): Promise<void>
} {
  let made: Promise<FastifyInstance> | undefined
  return {
    async open() {
      made ??= makePages(options)
      const app = await made
      return (request, response) => app.routing(request, response)
    },
    async close() {
      await (await made)?.close()
    },
  }
}

async function makePages({ operations, version, policy }: DocsOptions): Promise<FastifyInstance> {
  const [{ default: createApp }, { default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ])
  const document = openApiDocument(operations, version)
  const text = JSON.stringify(document)
  const app = createApp({ logger: false })
  await app.register(swagger, { mode: 'static', specification: { document } })
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: policy,
    // Without a bar that bears another's logo and asks for the address of a document: there is one, and it is ours.
    uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: false, layout: 'BaseLayout' },
    theme: { title: 'Quayside API' },
  })
  app.get('/docs/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(text))
  await app.ready()
  return app
}
