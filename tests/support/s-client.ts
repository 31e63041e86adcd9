import { spawn } from 'node:child_process'
import type { Issued } from './openssl.ts'

/** What `openssl s_client` came to, which connects over TLS and sends one CONNECT. */
export interface SClientOutcome {
  /** It resumed the session of `resume`. */
  readonly isResumed: boolean
  /** Return code of a 3.1.1 CONNACK; undefined: none came. */
  readonly connack: number | undefined
}

export interface SClientOptions {
  readonly version: 'TLSv1.2' | 'TLSv1.3'
  readonly connect: Uint8Array
  readonly certificate?: Issued
  /** File of what is shown behind the certificate. */
  readonly chain?: string
  /** File of a session that an earlier run left in `keep`. */
  readonly resume?: string
  readonly keep?: string
}

/** Runs `openssl s_client`, hands it the CONNECT, and has it leave after the CONNACK. */
export async function sClient(port: number, options: SClientOptions): Promise<SClientOutcome> {
  const { version, connect, certificate, chain, resume, keep } = options
  const child = spawn(
    'openssl',
    [
      ...['s_client', '-connect', `127.0.0.1:${port}`, '-servername', 'localhost', '-nocommands'],
      version === 'TLSv1.2' ? '-tls1_2' : '-tls1_3',
      ...(certificate ? ['-cert', certificate.certPath, '-key', certificate.keyPath] : []),
      ...(chain === undefined ? [] : ['-cert_chain', chain]),
      ...(resume === undefined ? [] : ['-sess_in', resume]),
      ...(keep === undefined ? [] : ['-sess_out', keep]),
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  )
  let output = ''
  child.stdin.on('error', () => undefined) // It leaves when the platform closes; what it said until then counts.
  child.stdin.write(connect)
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('latin1')
    if (connackIn(output) !== undefined) child.stdin.end()
  })
  await new Promise<void>((resolve) => child.once('close', () => resolve()))
  const [, kind] = /^(New|Reused), TLSv/m.exec(output) ?? []
  if (kind === undefined) throw new Error(`openssl s_client made no connection:\n${output}`)
  return { isResumed: kind === 'Reused', connack: connackIn(output) }
}

/** Behind its own lines of text, in which these bytes cannot stand. */
function connackIn(output: string): number | undefined {
  // oxlint-disable-next-line no-control-regex
  return /\x20\x02\x00([\s\S])/.exec(output)?.[1]?.charCodeAt(0)
}
