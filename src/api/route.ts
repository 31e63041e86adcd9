import type { IncomingHttpHeaders } from 'node:http'

export interface Route {
  readonly url: string
  run(request: {
    readonly path: string
    readonly headers: IncomingHttpHeaders
  }): Promise<RouteAnswer> | RouteAnswer
}

export interface RouteAnswer {
  readonly status: number
  /** With lower-case names; they go over those that every answer has. Pages may use scripts and styles of ours. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}
