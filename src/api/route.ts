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

/** A call that is no operation: devices speak it, and prove who they are in a way of their own. */
export interface PostRoute {
  /** As the router reads it, parameters with a colon. */
  readonly url: string
  /** Gives the body of a 200, empty when there is none; refusals are thrown by name. */
  run(call: {
    readonly params: Readonly<Record<string, string>>
    readonly headers: IncomingHttpHeaders
    readonly body: Buffer
    /** `ip:port` */
    readonly address: string
    readonly isTls: boolean
  }): Promise<object | undefined>
}
