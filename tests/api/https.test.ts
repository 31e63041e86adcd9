import { request } from 'node:https'
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Issued, makeCa, openWorkbench, type Workbench } from '../support/openssl.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

let bench: Workbench
let identities: Record<'ecdsa' | 'rsa' | 'later', Issued>
let platform: PlatformApi
beforeAll(async () => {
  bench = openWorkbench()
  const make = (name: string, key: 'p256' | 'rsa') => makeCa(bench, { name, key, subject: '/CN=localhost' })
  identities = { ecdsa: make('ecdsa', 'p256'), rsa: make('rsa', 'rsa'), later: make('later', 'p256') }
  const { ecdsa, rsa } = identities
  platform = await startPlatformApi({
    options: {
      https: { host: '127.0.0.1', port: 0, key: [ecdsa.keyPem, rsa.keyPem], cert: [ecdsa.pem, rsa.pem] },
    },
  })
})
afterAll(async () => {
  await platform.close()
  bench.dispose()
})

const port = () => platform.api.ports.https ?? 0

async function handshake(
  options: ConnectionOptions = {},
): Promise<{ protocol: string | null; fingerprint: string }> {
  const socket = await new Promise<TLSSocket>((resolve, reject) => {
    const made = connect({ host: '127.0.0.1', port: port(), rejectUnauthorized: false, ...options }, () =>
      resolve(made),
    )
    made.on('error', reject)
  })
  const answer = {
    protocol: socket.getProtocol(),
    fingerprint: (socket.getPeerX509Certificate()?.fingerprint256 ?? '').replaceAll(':', '').toLowerCase(),
  }
  socket.destroy()
  return answer
}

function get(path: string, ca: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', servername: 'localhost', port: port(), path, ca, agent: false },
      (answer) => {
        let body = ''
        // A character may be cut between two records.
        answer.setEncoding('utf8')
        answer.on('data', (chunk: string) => (body += chunk))
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }))
      },
    )
    call.on('error', reject)
    call.end()
  })
}

test('HTTPS answers what HTTP answers, to whoever trusts the certificate', async () => {
  const plain = await platform.bare('GET', '/quayside/v1/verdicts')

  expect(await get('/quayside/v1/verdicts', identities.ecdsa.pem)).toEqual({ status: 200, body: plain.text })
  await expect(get('/quayside/v1/verdicts', identities.later.pem)).rejects.toThrow(/self.signed|verify/)
})

test('design §3.3: ECDSA and RSA certificates are served side by side', async () => {
  const { ecdsa, rsa } = identities
  const ciphers = 'ECDHE-RSA-AES128-GCM-SHA256'

  expect((await handshake()).fingerprint).toBe(ecdsa.sha256)
  expect((await handshake({ maxVersion: 'TLSv1.2', ciphers })).fingerprint).toBe(rsa.sha256)
})

test('safety S8: TLS 1.2 and 1.3, nothing older', async () => {
  expect((await handshake({ maxVersion: 'TLSv1.2' })).protocol).toBe('TLSv1.2')
  expect((await handshake()).protocol).toBe('TLSv1.3')
  const old: ConnectionOptions = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }
  await expect(handshake(old)).rejects.toThrow()
})

test('safety S10: certificate and key are replaced without a restart', async () => {
  const { keyPem, pem, sha256 } = identities.later

  platform.api.renewTls({ key: keyPem, cert: pem })

  expect((await handshake()).fingerprint).toBe(sha256)
  expect((await get('/quayside/v1/verdicts', pem)).status).toBe(200)
})

test('safety S7: a replaced certificate brings no cipher suite that was refused before', async () => {
  const old = { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA' } as const
  await expect(handshake(old)).rejects.toThrow()
  const { keyPem, pem } = identities.later

  platform.api.renewTls({ key: keyPem, cert: pem })

  await expect(handshake(old)).rejects.toThrow()
})

test('when the second port is taken the first is let go', async () => {
  const { keyPem, pem } = identities.later
  const taken = { host: '127.0.0.1', port: port(), key: keyPem, cert: pem }

  await expect(startPlatformApi({ options: { https: taken } })).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
