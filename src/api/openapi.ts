import type { TSchema } from 'typebox'
import { Refusal } from '../base/refusal.ts'
import type { Operation } from '../operations/operation.ts'
import { refusalAnswer } from './answer.ts'

/** OpenAPI 3.1 as far as we use it; its schemas are JSON Schema 2020-12, which TypeBox's are already. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly components: Readonly<Record<string, unknown>>
  readonly [member: string]: unknown
}

/** The API reference as data. Deterministic: the same operations always give the same document. */
export function openApiDocument(operations: readonly Operation[], version: string): OpenApiDocument {
  const ordered = [...operations].sort((a, b) => compare(a.url, b.url) || compare(a.method, b.method))
  const paths: Record<string, Record<string, unknown>> = {}
  for (const operation of ordered) {
    const path = operation.url.replace(/:(\w+)/g, '{$1}')
    ;(paths[path] ??= {})[operation.method.toLowerCase()] = describe(operation)
  }
  const { lifted, schemas } = liftTitled(paths)
  const tags = [...new Set(ordered.map(({ tag }) => tag))].sort(compare)
  return {
    openapi: '3.1.0',
    info: { title: 'Quayside', version, description: INTRODUCTION },
    servers: [{ url: '/' }],
    tags: tags.map((name) => ({ name })),
    paths: lifted,
    components: {
      securitySchemes,
      schemas: { ...errorSchemas, ...schemas },
      responses: errorResponses,
      headers,
    },
  }
}

/**
 * Puts every schema that has a title under `components`, where readers and generators of clients find it by its
 * name. Fails when two schemas of one title differ.
 */
function liftTitled(paths: object): { lifted: OpenApiDocument['paths']; schemas: Record<string, unknown> } {
  const found = new Map<string, string>()
  const lift = (_key: string, said: unknown): unknown => {
    const value = describedBy(said)
    if (typeof value !== 'object' || value === null || !('title' in value) || typeof value.title !== 'string')
      return value
    const { title, ...schema } = value
    // Replaced as a whole before JSON goes down into it; so what lies within is lifted here.
    const text = JSON.stringify(schema, lift)
    if ((found.get(title) ?? text) !== text) throw new Error(`two schemas are called ${title}`)
    found.set(title, text)
    return { $ref: `#/components/schemas/${title}` }
  }
  // Through JSON, also because TypeBox keeps marks on its schemas that are no part of the document.
  const lifted = JSON.parse(JSON.stringify(paths, lift)) as OpenApiDocument['paths']
  const sorted = [...found].sort(([a], [b]) => compare(a, b))
  return { lifted, schemas: Object.fromEntries(sorted.map(([title, schema]) => [title, JSON.parse(schema)])) }
}

/** See `operations/fields/documented.ts`. */
const describedBy = (schema: unknown): unknown =>
  typeof schema === 'object' && schema !== null && 'x-documents' in schema ? schema['x-documents'] : schema

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const INTRODUCTION = [
  'The API of a self-hosted IoT device access platform.',
  '',
  '- `/v5/iot/{project_id}` is wire-compatible with version 5 of the application-side API of Huawei Cloud IoTDA; `/v3` with the part of IAM that its clients need.',
  '- `/quayside/v1/{project_id}` is our own.',
  '',
  'Sign requests with an access key (SDK-HMAC-SHA256 or V11-HMAC-SHA256), or get a token with `POST /v3/auth/tokens` and send it as `X-Auth-Token`. Members that are null, and empty optional strings, count as absent; unknown members are ignored. Every answer has an `X-Request-Id`. `docs/errors.md` lists all error codes.',
].join('\n')

function describe(operation: Operation): object {
  const { id, tag, summary, status, access, params, query, body } = operation
  const parameters = [...parametersOf(params, 'path'), ...parametersOf(query, 'query')]
  return {
    operationId: id,
    tags: [tag],
    summary,
    security: securityOf(access),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: hasRequired(body), content: json(body) } }),
    responses: { [status]: success(operation), ...failures(operation) },
  }
}

function parametersOf(schema: TSchema | undefined, place: 'path' | 'query'): readonly object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, TSchema & { description?: string }>
    required?: readonly string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(description !== undefined && { description }),
    schema: rest,
  }))
}

const hasRequired = (schema: TSchema): boolean =>
  ((schema as { required?: readonly string[] }).required ?? []).length > 0

const json = (schema: object): object => ({ 'application/json': { schema } })

function success({ status, reply, streams }: Operation): object {
  const description = { 200: 'OK', 201: 'Created', 204: 'No content' }[status]
  const content = streams
    ? { 'text/event-stream': { schema: { type: 'string' } } }
    : json(reply ?? { type: 'object' })
  return {
    description,
    headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
    ...(status !== 204 && { content }),
  }
}

/** Which statuses of failure a caller can meet, by whose error body they have. */
function failures({ url, access, params, query, body }: Operation): object {
  const family = url.startsWith('/quayside/') ? 'Own' : url.startsWith('/v3/') ? 'Iam' : ''
  const takesInput = params !== undefined || query !== undefined || body !== undefined
  const named = [
    ...(takesInput ? ['400'] : []),
    ...(access === 'public' ? [] : ['401', '403']),
    ...(/\/:(?!project_id)/.test(url) ? ['404'] : []),
    '500',
  ]
  return Object.fromEntries(
    named.map((status) => [status, { $ref: `#/components/responses/${family}Error${status}` }]),
  )
}

function securityOf(access: Operation['access']): readonly object[] {
  if (access === 'public') return []
  if (access === 'session') return [{ Session: [] }]
  const credentials = [{ Signature: [] }, { Token: [] }, { Session: [] }]
  return access === 'optional' ? [{}, ...credentials] : credentials
}

const securitySchemes = {
  Signature: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      'SDK-HMAC-SHA256 or V11-HMAC-SHA256 over the request, with X-Sdk-Date; the SDKs make it from an access key.',
  },
  Token: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Auth-Token',
    description: 'From POST /v3/auth/tokens; good for 24 hours.',
  },
  Session: {
    type: 'apiKey',
    in: 'cookie',
    name: 'quayside_session',
    description:
      'From POST /quayside/v1/session, for the console. Every change needs the header X-CSRF-Token as well.',
  },
}

const headers = {
  RequestId: {
    description: 'Names this call in the platform’s log.',
    schema: { type: 'string', format: 'uuid' },
  },
}

const text = { type: 'string', minLength: 1 }
const errorSchemas = {
  Error: {
    type: 'object',
    required: ['error_code', 'error_msg'],
    properties: { error_code: text, error_msg: text },
  },
  IamError: {
    type: 'object',
    required: ['error', 'error_code', 'error_msg'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'message', 'title'],
        properties: { code: { type: 'integer' }, message: text, title: { type: 'string' } },
      },
      error_code: text,
      error_msg: text,
    },
  },
  OwnError: {
    type: 'object',
    required: ['error_code', 'error_msg', 'request_id'],
    properties: {
      error_code: { type: 'string', pattern: '^QS\\.' },
      error_msg: text,
      field: { type: 'string', description: 'Which part of the request is wrong.' },
      rule: { type: 'string', description: 'The rule that it breaks.' },
      request_id: text,
    },
  },
}

const causes: Readonly<Record<string, { readonly description: string; readonly example?: Refusal }>> = {
  400: {
    description: 'The request is malformed, or cannot be carried out as it is.',
    example: new Refusal('invalid-input', { field: 'app_name', rule: 'is required' }),
  },
  401: { description: 'Credentials are missing or wrong.', example: new Refusal('authentication-failed') },
  403: {
    description: 'The token, the project or the resource space is not one to use.',
    example: new Refusal('foreign-project'),
  },
  404: {
    description: 'What the path names is not there.',
    example: new Refusal('device-not-found', { deviceId: 'lamp_0001' }),
  },
  500: { description: 'A fault of the platform; its log says more under the request id.' },
}

const samplePath = { '': '/v5/iot/', Iam: '/v3/', Own: '/quayside/' } as const
const errorResponses = Object.fromEntries(
  (['', 'Iam', 'Own'] as const).flatMap((family) =>
    Object.entries(causes).map(([status, { description, example }]) => [
      `${family}Error${status}`,
      {
        description,
        headers: { 'X-Request-Id': { $ref: '#/components/headers/RequestId' } },
        content: {
          'application/json': {
            schema: { $ref: `#/components/schemas/${family}Error` },
            ...(example && {
              example: refusalAnswer(example, {
                path: samplePath[family],
                requestId: '1c9f0a52-6d0e-4f6e-9d3b-7a0f3f1b2c4d',
                language: 'en',
              }).body,
            }),
          },
        },
      },
    ]),
  ),
)
