import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, cpSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { connect as connectTls } from 'node:tls'
import { crc32 } from 'node:zlib'
import type { MqttClient } from 'mqtt'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { segmentHeader } from '../../src/log/block.ts'
import { connectOnce } from '../support/device-client.ts'
import { type Quayside, quaysideEnv, repository, startQuayside } from '../support/quayside.ts'
import { loadReport, registerDevice, registerProduct, storedNumbers } from '../support/registered-device.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function connected(quayside: Quayside, options: object): Promise<MqttClient> {
  const { client, code } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, options)
  if (!client) throw new Error(`CONNACK ${code}\n${quayside.output()}`)
  return client
}

test('R7 SIGTERM under load: within 10 s, exit code 0, 0x8B to 5.0 clients, what was acknowledged is stored', async () => {
  let quayside = await startQuayside()
  onTestFinished(() => quayside.dispose())
  const productId = await registerProduct(quayside)
  const senders = await Promise.all(
    [4, 5, 5, 5].map(async (protocolVersion, index) => {
      const device = await registerDevice(quayside, productId, `d${index}`)
      const client = await connected(quayside, { ...device.credentials(), protocolVersion })
      const sender = {
        device,
        client,
        acknowledged: new Set<number>(),
        reasonCode: 0,
        sent: 0,
      }
      client.on('disconnect', (packet) => (sender.reasonCode = packet.reasonCode ?? 0))
      const next = (): void => {
        const n = ++sender.sent
        client.publish(device.reportTopic, loadReport(n), { qos: 1 }, (fault) => {
          if (fault) return
          sender.acknowledged.add(n)
          next()
        })
      }
      for (let lane = 0; lane < 20; lane++) next()
      return sender
    }),
  )
  await expect
    .poll(() => Math.min(...senders.map(({ acknowledged }) => acknowledged.size)))
    .toBeGreaterThan(100)

  // Ctrl-C may come from the terminal and from the launcher: the second signal changes nothing.
  quayside.process.kill('SIGINT')
  quayside.process.kill('SIGINT')
  // What is not at its end 10 s after the signal ends with 1.
  expect(await quayside.stop()).toBe(0)

  expect(quayside.output()).toContain('"msg":"stopped"')
  const reasons = () => senders.map(({ reasonCode }) => reasonCode)
  // The process may be gone before the clients, in this one, have read what it said last.
  await expect.poll(reasons).toEqual([0, 0x8b, 0x8b, 0x8b])
  for (const { client } of senders) client.end(true)
  quayside = await quayside.restart()
  for (const { device, acknowledged } of senders) {
    expect(acknowledged.size).toBeGreaterThan(20)
    const stored = new Set(await storedNumbers(quayside, device))
    expect([...acknowledged].filter((n) => !stored.has(n))).toEqual([])
  }
})

test('R7 SIGTERM while the platform starts ends it, too', async () => {
  const child = spawn(process.execPath, ['src/main.ts', 'start'], {
    cwd: repository,
    stdio: 'ignore',
    env: quaysideEnv(temporaryFolder()),
  })
  // The handlers are there once the code is loaded; before that the signal's own default ends the process.
  setTimeout(() => child.kill('SIGTERM'), 1200)
  const [code, signal] = await new Promise<unknown[]>((resolve) =>
    child.once('exit', (...how) => resolve(how)),
  )
  expect([0, null]).toContain(code)
  expect(code === 0 || signal === 'SIGTERM').toBe(true)
})

/** Runs a verb and waits; what goes to a terminal is on stdout and stderr. */
function quaysideVerb(
  dataDir: string,
  ...argv: string[]
): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/main.ts', ...argv], {
    cwd: repository,
    encoding: 'utf8',
    env: quaysideEnv(dataDir),
    // Against a hang only: a busy machine takes several seconds for a start.
    timeout: 60_000,
  })
  return { status, stdout, stderr }
}

const field = (stdout: string, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(stdout)?.[1] ?? ''

describe('what stops a start says so in one sentence, without a stack, with exit code 1:', () => {
  let sound: string
  beforeAll(async () => {
    const quayside = await startQuayside()
    await quayside.stop()
    sound = quayside.dataDir
    return () => rmSync(sound, { recursive: true })
  })
  const execute = (file: string, sql: string): void => {
    const db = new DatabaseSync(file)
    db.exec(sql)
    db.close()
  }
  const noise = new Uint8Array(9000).fill(0x55)
  const cases: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
    [
      'a registry of a newer version',
      (folder) => execute(join(folder, 'registry.db'), "INSERT INTO migration VALUES (99, 'x', 1)"),
      /schema 99/,
    ],
    [
      'a log of a newer version',
      (folder) => {
        const header = segmentHeader(1)
        header.writeUInt32LE(9, 4)
        header.writeUInt32LE(crc32(header.subarray(0, 16)), 16)
        writeFileSync(join(folder, 'log', '0000000000000001.segment'), header)
      },
      /0000000000000001\.segment has format 9/,
    ],
    [
      'a registry that is no database',
      (folder) => writeFileSync(join(folder, 'registry.db'), noise),
      /registry\.db cannot be opened/,
    ],
    [
      'a log that is damaged',
      (folder) => writeFileSync(join(folder, 'log', '0000000000000001.segment'), noise),
      /0000000000000001\.segment is damaged: its header cannot be read/,
    ],
    [
      'an old log that is no database',
      (folder) => {
        rmSync(join(folder, 'log'), { recursive: true })
        writeFileSync(join(folder, 'log.db'), noise)
      },
      /log\.db cannot be opened/,
    ],
    [
      'a lock that is no database',
      (folder) => writeFileSync(join(folder, 'lock.db'), noise),
      /lock\.db cannot be locked/,
    ],
    ['a missing key', (folder) => rmSync(join(folder, 'secrets.key')), /secrets\.key is missing/],
    ['a key cut short', (folder) => writeFileSync(join(folder, 'secrets.key'), 'abc'), /64 hex digits/],
    [
      'the key of another platform',
      (folder) => writeFileSync(join(folder, 'secrets.key'), 'ab'.repeat(32)),
      /not the key that/,
    ],
    [
      'S10 a key that others can read',
      (folder) => chmodSync(join(folder, 'secrets.key'), 0o644),
      /chmod 600/,
    ],
    [
      'S10 a server key that others can read',
      (folder) => chmodSync(join(folder, 'tls', 'server-rsa.pem'), 0o640),
      /chmod 600/,
    ],
    [
      'a CA certificate that is none',
      (folder) => writeFileSync(join(folder, 'tls', 'platform-ca.pem'), 'none'),
      /platform CA/,
    ],
    ['a CA without its key', (folder) => rmSync(join(folder, 'tls', 'platform-ca.key')), /platform CA/],
    [
      'a file where a folder belongs',
      (folder) => {
        rmSync(join(folder, 'tls'), { recursive: true })
        writeFileSync(join(folder, 'tls'), '')
      },
      /tls/,
    ],
    [
      'an unknown setting',
      (folder) => writeFileSync(join(folder, 'quayside.json'), '{"htp_port":1}'),
      /htp_port/,
    ],
  ]
  test.each(cases)('%s', (_, break_, sentence) => {
    const folder = temporaryFolder()
    cpSync(sound, folder, { recursive: true })
    for (const name of ['secrets.key', 'tls/platform-ca.key']) chmodSync(join(folder, name), 0o600)
    break_(folder)

    const { status, stderr, stdout } = quaysideVerb(folder, 'start')

    expect(stderr).toMatch(sentence)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect(stdout).toBe('')
    expect(status).toBe(1)
  })

  test('a data folder that another process uses', async () => {
    const quayside = await startQuayside()
    onTestFinished(() => quayside.dispose())

    expect(quaysideVerb(quayside.dataDir, 'start')).toMatchObject({
      status: 1,
      stderr: `Another Quayside process uses the data folder ${quayside.dataDir}; stop it, or set QUAYSIDE_DATA_DIR to another folder.\n`,
    })
  })

  test('a port that is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo

    for (const name of ['http', 'https', 'mqtt', 'mqtts'])
      expect(quaysideVerb(temporaryFolder(), 'start', `--${name}-port`, String(port))).toMatchObject({
        status: 1,
        stderr: `Port ${port} is taken by another program; stop it, or set QUAYSIDE_${name.toUpperCase()}_PORT to another port.\n`,
      })
  })

  test('a data folder that cannot be made', () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')

    const { status, stderr } = quaysideVerb(join(file, 'data'), 'start')

    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    expect([status, stderr]).toEqual([1, expect.stringContaining(file)])
  })
})

test('credentials work beside the running platform and without it, and take effect at once', async () => {
  let quayside = await startQuayside()
  onTestFinished(() => quayside.dispose())
  const { dataDir } = quayside
  expect(statSync(join(dataDir, 'control.sock')).mode & 0o777).toBe(0o600)
  for (const state of ['running', 'stopped'] as const) {
    if (state === 'stopped') await quayside.stop()

    const created = quaysideVerb(dataDir, 'credentials', 'create', '--description', state)
    expect([state, created.status, created.stderr]).toEqual([state, 0, ''])
    const accessKey = field(created.stdout, 'access key')
    const listed = quaysideVerb(dataDir, 'credentials', 'list').stdout
    expect(listed).toContain(accessKey)
    expect(listed).not.toContain(field(created.stdout, 'secret key'))
    expect(quaysideVerb(dataDir, 'credentials', 'revoke', accessKey).status).toBe(0)
    expect(quaysideVerb(dataDir, 'credentials', 'list').stdout).not.toContain(accessKey)
    expect(quaysideVerb(dataDir, 'credentials', 'revoke', accessKey)).toMatchObject({
      status: 1,
      stderr: `Refused: there is no access key ${accessKey}.\n`,
    })
  }
  quayside = await quayside.restart()
  expect((await quayside.api('GET', '/v5/iot/{project}/apps')).status).toBe(200)

  const reset = quaysideVerb(dataDir, 'credentials', 'reset-password')

  expect([reset.status, field(reset.stdout, 'password')]).toEqual([0, expect.stringMatching(/^\w{20}$/)])
  // The token that was got with the old password has ended with it.
  expect((await quayside.api('GET', '/v5/iot/{project}/apps')).status).toBe(403)
})

test('a data folder whose path is too long for a socket serves all the same, and says what that costs', async () => {
  const dataDir = join(temporaryFolder(), 'a'.repeat(200))
  const quayside = await startQuayside({}, { dataDir })
  onTestFinished(() => quayside.dispose())

  expect(quayside.output()).toContain('no control socket')
  expect((await quayside.api('GET', '/v5/iot/{project}/apps')).status).toBe(200)
  expect(quaysideVerb(dataDir, 'credentials', 'list')).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^Another Quayside process uses the data folder/),
  })
})

test('it listens on IPv6, and port 0 is told in first-start.txt', async () => {
  const quayside = await startQuayside({ QUAYSIDE_BIND: '::' })
  onTestFinished(() => quayside.dispose())
  const { http, https, mqtt, mqtts } = quayside.ports

  const answer = await fetch(`http://[::1]:${http}/health/ready`)

  expect(await answer.json()).toEqual({ status: 'ready', ports: { http, https, mqtt, mqtts } })
  expect((await connectOnce(`mqtt://[::1]:${mqtt}`, { clientId: 'nobody' })).code).toBe(2)
  expect(readFileSync(join(quayside.dataDir, 'first-start.txt'), 'utf8')).toContain(
    `address: http://localhost:${http} and https://localhost:${https}\n`,
  )
})

/** Subject and issuer of what a TLS port shows. */
function shown(port: number): Promise<{ subject: string; issuer: string; names: string | undefined }> {
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      const { subject, issuer, subjectaltname } = socket.getPeerCertificate()
      socket.destroy()
      resolve({ subject: String(subject.CN), issuer: String(issuer.CN), names: subjectaltname })
    })
    socket.once('error', reject)
  })
}

test('S10 another public host gets a new certificate of the same CA; a certificate of ones own is taken over while running', async () => {
  const first = await startQuayside()
  onTestFinished(() => first.dispose())
  const before = await shown(first.ports.mqtts)
  expect(before.subject).toBe('localhost')
  await first.stop()

  const renamed = await startQuayside({ QUAYSIDE_PUBLIC_HOST: 'iot.example.org' }, { dataDir: first.dataDir })
  onTestFinished(() => renamed.kill())
  for (const port of [renamed.ports.mqtts, renamed.ports.https]) {
    const after = await shown(port)
    expect(after).toMatchObject({ subject: 'iot.example.org', issuer: before.issuer })
    expect(after.names).toContain('DNS:localhost')
  }
  await renamed.stop()

  const folder = temporaryFolder()
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const issue = (name: string): void => {
    const made = spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-keyout',
      `${key}.new`,
      '-out',
      `${cert}.new`,
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
    ])
    expect(made.status).toBe(0)
    chmodSync(`${key}.new`, 0o600)
    copyFileSync(`${key}.new`, key)
    copyFileSync(`${cert}.new`, cert)
  }
  issue('own-1')
  const own = await startQuayside(
    { QUAYSIDE_TLS_CERT: cert, QUAYSIDE_TLS_KEY: key },
    { dataDir: first.dataDir },
  )
  onTestFinished(() => own.kill())
  expect((await shown(own.ports.mqtts)).subject).toBe('own-1')

  writeFileSync(cert, 'half a certificate')
  issue('own-2')

  const end = performance.now() + 60_000
  for (const port of [own.ports.mqtts, own.ports.https]) {
    while ((await shown(port)).subject !== 'own-2' && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 200))
    expect((await shown(port)).subject).toBe('own-2')
  }
})
