import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { type Bench, type BenchOptions, startBench } from './listener-bench.ts'
import { type Issued, makeCa, signLeaf, type Workbench } from './openssl.ts'

/** A platform's CA with its two server certificates, and listeners that show them. */
export interface TlsBench {
  readonly platformCa: Issued
  start(options?: BenchOptions): Promise<Bench>
  /** Resolves after the handshake; rejects when it fails. */
  dial(server: Bench, options?: ConnectionOptions): Promise<TLSSocket>
}

export function openTlsBench(bench: Workbench): TlsBench {
  const platformCa = makeCa(bench, { name: 'platform', subject: '/CN=Platform CA', key: 'p256' })
  const servers = (['p256', 'rsa'] as const).map((key) =>
    signLeaf(bench, platformCa, {
      name: `server-${key}`,
      subject: '/CN=localhost',
      key,
      extensions: ['subjectAltName=DNS:localhost'],
    }),
  )
  const tls = { keys: servers.map(({ keyPem }) => keyPem), certificates: servers.map(({ pem }) => pem) }
  return {
    platformCa,
    start: (options = {}) => startBench({ ...options, listen: { mqttsPort: 0, tls } }),
    dial(server, options = {}) {
      const socket = connect({
        port: server.listener.ports.mqtts,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: platformCa.pem,
        ...options,
      })
      return new Promise((resolve, reject) => {
        socket.once('secureConnect', () => resolve(socket))
        socket.once('error', reject)
      })
    },
  }
}
