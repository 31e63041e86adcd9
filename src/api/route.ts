import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'

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

/** Of whatever lies below `prefix`, with bodies of any length that are never in memory whole: files of devices. */
export interface StreamRoute {
  /** Without a slash at its end. */
  readonly prefix: string
  /** Refuses by name, like an operation. */
  run(request: StreamRequest): Promise<StreamAnswer>
}

export interface StreamRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT'
  /** Behind the prefix, as it was sent. */
  readonly path: string
  readonly query: string
  readonly headers: IncomingHttpHeaders
  readonly body: Readable
}

export interface StreamAnswer {
  readonly status: number
  /** With `content-length`, so that nothing is sent in chunks. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Readable
}
