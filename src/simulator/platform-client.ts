import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { OperatorError } from '../base/operator-error.ts'
import { type Credentials, signRequest } from './sign.ts'

/** Where a platform's API is, and how to be let in. */
export interface PlatformAccess {
  /** `https://host:8443`, without a slash at the end. */
  readonly origin: string
  readonly caller:
    | { readonly kind: 'token'; readonly token: string }
    | ({ readonly kind: 'keys' } & Credentials)
}

/** The API as a client sees it. */
export interface PlatformClient {
  /**
   * The body of a successful answer, `null` when it has none. Throws {@link ApiRefusal} when it is refused, and
   * {@link OperatorError} when the platform cannot be reached.
   */
  call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: JsonValue): Promise<JsonValue>
}

/** The platform refused a request; the message is its own sentence. */
export class ApiRefusal extends OperatorError {
  override readonly name = 'ApiRefusal'
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

/** Makes requests over connections that are kept; at most as many at once as its user has calls under way. */
export function openPlatformClient({ origin, caller }: PlatformAccess): PlatformClient {
  const isTls = origin.startsWith('https:')

  async function call(method: string, path: string, body?: JsonValue): Promise<JsonValue> {
    const url = `${origin}${path}`
    const content = body === undefined ? '' : JSON.stringify(body)
    const headers = { 'content-type': 'application/json', 'accept-language': 'en' }
    const sent =
      caller.kind === 'token'
        ? { ...headers, 'x-auth-token': caller.token }
        : signRequest(caller, { method, url, headers, body: content }, Date.now())
    const { status, text } = await send(url, method, sent, content)
    const answer = parse(text)
    if (status >= 200 && status < 300) return answer
    throw new ApiRefusal(status, sentenceOf(answer) ?? `${method} ${path} was answered with ${status}.`)
  }

  function send(
    url: string,
    method: string,
    headers: Readonly<Record<string, string>>,
    content: string,
  ): Promise<{ readonly status: number; readonly text: string }> {
    return new Promise((resolve, reject) => {
      const options = { method, headers, timeout: limits.simulatorCallMillisMax }
      const outgoing = (isTls ? httpsRequest : httpRequest)(url, options, (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.once('error', (fault) => reject(unreachable(fault)))
        incoming.once('end', () =>
          resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        )
      })
      outgoing.once('timeout', () => outgoing.destroy(new Error('no answer in time')))
      outgoing.once('error', (fault) => reject(unreachable(fault)))
      outgoing.end(content)
    })
  }

  function unreachable(fault: NodeJS.ErrnoException): OperatorError {
    const untrusted = /CERT|VERIFY|ISSUER|ALTNAME/.test(fault.code ?? '')
    const remedy = untrusted
      ? 'give the CA of its certificate with --ca platform-ca.pem, and a host name that stands in the certificate'
      : 'see that it runs and that this is its address'
    return new OperatorError(
      `The platform at ${origin} cannot be reached (${fault.message.split('; ')[0]}); ${remedy}.`,
      {
        cause: fault,
      },
    )
  }

  return { call }
}

/** A text of an answer; throws when it has none of that name, which the API's document rules out. */
export function textOf(answer: JsonValue | undefined, name: string): string {
  const value = typeof answer === 'object' && answer !== null ? (answer as JsonObject)[name] : undefined
  if (typeof value === 'string') return value
  throw new Error(`an answer of the platform has no ${name}`)
}

function parse(text: string): JsonValue {
  if (text === '') return null
  try {
    return JSON.parse(text) as JsonValue
  } catch {
    // An answer of something else than the platform, a proxy's page for one; its status says what is wrong.
    return null
  }
}

function sentenceOf(answer: JsonValue): string | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined
  const { error_msg, error } = answer as JsonObject
  if (typeof error_msg === 'string') return error_msg
  const message = typeof error === 'object' ? (error as JsonObject | null)?.['message'] : undefined
  return typeof message === 'string' ? message : undefined
}
