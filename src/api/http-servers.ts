import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'
import type { Limits } from '../base/limits.ts'
import { tlsCiphers } from '../base/tls-ciphers.ts'
import type { Logger } from '../base/logger.ts'

export interface HttpAddress {
  readonly host: string
  /** 0: any free one. */
  readonly port: number
}

/** Certificates in PEM; lists when several kinds of key are served side by side (design §3.3). */
export type TlsIdentity = Pick<SecureContextOptions, 'key' | 'cert'>

/** The plain server and the one over TLS, which answer alike. */
export interface HttpServers {
  readonly ports: { readonly http: number; readonly https?: number }
  /** New handshakes are answered with it; open connections go on. */
  renewTls(identity: TlsIdentity): void
  /** Accepts no more, lets go of idle connections, and after `graceMillis` of all. */
  close(graceMillis: number): Promise<void>
}

export interface HttpServersOptions {
  readonly http: HttpAddress
  readonly https?: HttpAddress & TlsIdentity
  readonly handle: RequestListener
  /** Takes over the socket of a client that asks for another protocol; absent: none is spoken. */
  readonly upgrade?: (isTls: boolean, request: IncomingMessage, socket: Socket, head: Buffer) => void
  /** Requests below it may take as long as an upload. */
  readonly streamPrefix?: string
  readonly limits: Limits
  readonly logger: Logger
}

/** Opens both. Rejects with the system's error (`EADDRINUSE` …) and then leaves none open. */
export async function openHttpServers(options: HttpServersOptions): Promise<HttpServers> {
  const { http, https, upgrade, streamPrefix, limits, logger } = options
  const handle: RequestListener = (request, response) => {
    const isStream = streamPrefix !== undefined && request.url?.startsWith(`${streamPrefix}/`) === true
    if (!isStream) endWhenSlow(request, limits.httpRequestMillisMax)
    options.handle(request, response)
  }
  const common = {
    headersTimeout: limits.httpHeadersMillisMax,
    // Of the longest; what is no upload has less: see endWhenSlow.
    requestTimeout: limits.uploadMillisMax,
    keepAliveTimeout: limits.httpKeepAliveMillis,
    // How often the two times above are looked at.
    connectionsCheckingInterval: 5000,
  }
  const plain = createServer(common, handle)
  const secure =
    https &&
    createTlsServer(
      {
        ...common,
        ...secureContext(https),
        handshakeTimeout: limits.handshakeMillisMax,
        // Devices may speak HTTP/1.0 (device protocol §5); by default who names that alone is let go with an alert.
        ALPNProtocols: ['http/1.1', 'http/1.0'],
      },
      handle,
    )
  const servers = secure ? [plain, secure] : [plain]
  for (const server of servers) {
    server.maxConnections = limits.httpConnectionsMax
    server.on('clientError', (fault: NodeJS.ErrnoException, socket: Socket) => refuseMalformed(fault, socket))
    if (upgrade)
      server.on('upgrade', (request, socket, head) =>
        upgrade(server === secure, request, socket as Socket, head),
      )
    server.on('tlsClientError', (fault: Error) =>
      logger.debug({ fault: fault.message }, 'TLS handshake of an HTTP client failed'),
    )
  }
  try {
    await listen(plain, http)
    if (secure) await listen(secure, https)
  } catch (fault) {
    await Promise.all(servers.map((server) => closeServer(server, 0)))
    throw fault
  }
  for (const server of servers) server.on('error', (fault) => logger.error({ fault }, 'HTTP server failed'))
  return {
    ports: { http: portOf(plain), ...(secure && { https: portOf(secure) }) },
    renewTls: (identity) => secure?.setSecureContext(secureContext(identity)),
    close: async (graceMillis) => {
      await Promise.all(servers.map((server) => closeServer(server, graceMillis)))
    },
  }
}

/** A body that does not arrive in time is answered 408, and its connection ends: slow senders must not hold sockets. */
function endWhenSlow(request: IncomingMessage, millis: number): void {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  if (length === '0' && encoding === undefined) return
  const timer = setTimeout(() => {
    if (!request.complete) refuseMalformed({ code: 'ERR_HTTP_REQUEST_TIMEOUT' }, request.socket)
  }, millis)
  request.once('close', () => clearTimeout(timer))
}
const secureContext = ({ key, cert }: TlsIdentity) => ({
  key,
  cert,
  ciphers: tlsCiphers,
  minVersion: 'TLSv1.2' as const,
})

function listen(server: Server, { host, port }: HttpAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port

function closeServer(server: Server, graceMillis: number): Promise<void> {
  if (!server.listening) return Promise.resolve()
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), graceMillis)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
    server.closeIdleConnections()
  })
}

/** What is no HTTP, or too large or slow a head, gets the status that says so, and the connection ends. */
function refuseMalformed({ code }: Pick<NodeJS.ErrnoException, 'code'>, socket: Socket): void {
  if (code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const [status, rule] =
    code === 'HPE_HEADER_OVERFLOW'
      ? ['431 Request Header Fields Too Large', 'the headers are too large']
      : code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ['408 Request Timeout', 'the request did not arrive in time']
        : ['400 Bad Request', 'this is not an HTTP request']
  const body = JSON.stringify({
    error_code: 'IOTDA.000008',
    error_msg: `The request cannot be read: ${rule}.`,
  })
  socket.end(
    `HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
