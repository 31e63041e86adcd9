import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Limits } from '../../src/base/limits.ts'
import type { Position } from '../../src/base/ids.ts'
import type { Entry, NewEntry } from '../../src/domain/entry/entry.ts'
import type { EntryQuery } from '../../src/domain/entry/entry-query.ts'
import { bridgeSession } from '../../src/domain/bridge/bridge.ts'
import { saveAccessKey } from '../../src/store/access-keys.ts'
import { aConnectionVerdict, anEntry, aStatusEntry, DEVICE, NOON, PROJECT } from '../support/builders.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'
import { signedFetch } from '../support/sign.ts'

/** A log that followers read: entries behind their position, and then what comes. */
function aLog() {
  const entries: Entry[] = []
  const queries: EntryQuery[] = []
  let wake = Promise.withResolvers<void>()
  let followers = 0
  let failure: Error | undefined
  return {
    queries,
    followers: () => followers,
    append(entry: NewEntry): void {
      entries.push({ ...entry, position: (entries.length + 1) as Position })
      wake.resolve()
    },
    fail(fault: Error): void {
      failure = fault
      wake.resolve()
    },
    async *follow(query: EntryQuery, signal: AbortSignal): AsyncIterable<Entry> {
      queries.push(query)
      followers += 1
      const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      let next = query.after === undefined ? entries.length : Number(query.after)
      try {
        while (!signal.aborted) {
          if (failure) throw failure
          const entry = entries[next]
          if (entry) {
            next += 1
            yield entry
            continue
          }
          wake = Promise.withResolvers<void>()
          await Promise.race([wake.promise, aborted])
        }
      } finally {
        followers -= 1
      }
    },
  }
}

let log: ReturnType<typeof aLog>
let platform: PlatformApi
const streams: Stream[] = []

const start = async (limits: Partial<Limits> = {}) => {
  log = aLog()
  platform = await startPlatformApi({
    deps: {
      followEntries: (query, signal) => log.follow(query, signal),
      readTotals: () =>
        Promise.resolve({ online: 1, reports: 2, valuesStored: 3, valuesRefused: 4, connectionsRefused: 5 }),
    },
    limits: { statisticsStreamMillis: 20, ...limits },
  })
}
beforeEach(() => start())
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.socket.destroy()
  await platform.close()
})

interface Stream {
  readonly socket: Socket
  /** Waits until the text has come, and answers all that has. */
  until(text: string | RegExp): Promise<string>
  readonly closed: Promise<void>
}

async function open(query = '', headers: Record<string, string> = {}): Promise<Stream> {
  const token = await platform.token()
  const lines = Object.entries({ host: 'x', 'x-auth-token': token, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  )
  const socket = connect(platform.api.ports.http, '127.0.0.1')
  socket.on('error', () => undefined) // A reset ends the stream as well; `close` tells.
  socket.write(`GET /quayside/v1/${platform.projectId}/events${query} HTTP/1.1\r\n${lines.join('')}\r\n`)
  let text = ''
  let look = () => undefined as void
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString()
    look()
  })
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  const stream: Stream = {
    socket,
    closed,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) resolve(text)
        }
        void closed.then(() => reject(new Error(`closed before ${wanted} came:\n${text}`)))
        look()
      }),
  }
  streams.push(stream)
  return stream
}

/** The JSON of each event that has come. */
const dataOf = (text: string): Record<string, unknown>[] =>
  [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '']) => JSON.parse(json) as Record<string, unknown>)

test('contracts §1, §3: entries come as events, with the log position as id', async () => {
  const stream = await open()
  await stream.until(': open')

  log.append(aStatusEntry())
  log.append(anEntry())
  const text = await stream.until('event: report')

  expect(text).toMatch(/^HTTP\/1\.1 200 [\s\S]*content-type: text\/event-stream; charset=utf-8/)
  expect(text).toContain('id: 1\nevent: status\ndata: {')
  expect(text).toContain('x-request-id: ')
  const [status, report] = dataOf(await stream.until(/id: 2\nevent: report\ndata: .*\n\n/))
  expect(status).toEqual({
    position: '1',
    at: '2026-11-22T12:00:00.000Z',
    project_id: PROJECT,
    kind: 'status',
    device_id: DEVICE,
    body: { status: 'ONLINE', connection: 'p-1-1' },
  })
  expect(report).toMatchObject({
    position: '2',
    body: {
      payload: '{}',
      payload_encoding: 'utf8',
      verdict: {
        kind: 'report',
        outcome: 'accepted',
        sentence: expect.any(String),
        services: [{ service_id: 'Meter' }],
      },
    },
  })
})

test('statistics come by name alone, again and again, without an id that would be gone on from', async () => {
  const stream = await open('?kinds=statistics,status')
  const only = await open('?kinds=statistics')
  await stream.until('event: statistics')
  log.append(aStatusEntry())
  const text = await stream.until(/event: status\n[^]+event: statistics\ndata: .*\n\n/)

  expect(text).toContain('id: 1\nevent: status\n')
  expect(text.match(/^id: /gm)).toHaveLength(1)
  expect(dataOf(text).at(-1)).toEqual({
    at: '2026-11-22T12:00:00.000Z',
    project_id: platform.projectId,
    kind: 'statistics',
    body: {
      at: '2026-11-22T12:00:00.000Z',
      devices: 0,
      online: 1,
      reports: 2,
      values_stored: 3,
      values_refused: 4,
      connections_refused: 5,
    },
  })
  await only.until('event: statistics')
  expect(log.queries.map(({ kinds }) => kinds)).toEqual([['status']])
  for (const { socket } of [stream, only]) socket.destroy()
  await expect.poll(() => log.followers()).toBe(0)
})

test('every kind of entry has a body in wire names, its verdict in the caller’s language', async () => {
  const about = { at: NOON, projectId: PROJECT, deviceId: DEVICE }
  const uplink = { topic: 't', payload: 'p', payloadEncoding: 'utf8', requestId: 'r' } as const
  const stream = await open('', { 'accept-language': 'zh' })
  await stream.until(': open')

  log.append({ ...about, kind: 'message-up', body: uplink })
  log.append({ ...about, kind: 'connection', body: aConnectionVerdict() })
  log.append({ ...about, kind: 'config', body: { change: 'device-created', desired: {}, outboxKey: 'k' } })
  log.append({
    at: NOON,
    projectId: PROJECT,
    kind: 'audit',
    body: { action: 'login', actor: 'a', address: 'b', outcome: 'done' },
  })
  const bodies = dataOf(await stream.until(/event: audit\ndata: .*\n\n/)).map(({ body }) => body)

  expect(bodies).toEqual([
    { topic: 't', payload: 'p', payload_encoding: 'utf8', request_id: 'r' },
    expect.objectContaining({ id: '2', kind: 'connection', sentence: '设备已接入。' }),
    { change: 'device-created', desired: {} },
    { action: 'login', actor: 'a', address: 'b', outcome: 'done' },
  ])
})

test('what a device sends cannot forge an event', async () => {
  const stream = await open()
  await stream.until(': open')

  log.append(anEntry({ body: { payload: '\n\nid: 99\nevent: forged\r\ndata: {}\n\n' } }))
  log.append(aStatusEntry())
  const text = await stream.until('event: status')

  expect(text).not.toMatch(/^event: forged/m)
})

test('Last-Event-ID goes on behind that event; without it the stream begins with what comes', async () => {
  for (let count = 0; count < 3; count += 1) log.append(aStatusEntry({ connection: `c${count}` }))

  const resumed = await open('', { 'last-event-id': '1' })
  const text = await resumed.until('id: 3\n')
  expect(text).not.toContain('id: 1\n')
  expect(text).toContain('id: 2\n')
  expect(log.queries[0]).toMatchObject({ projectId: platform.projectId, after: '1' })

  const fresh = await open()
  await fresh.until(': open')
  log.append(aStatusEntry())
  expect(await fresh.until('id: 4\n')).not.toContain('id: 3\n')
})

test('devices and kinds narrow the stream', async () => {
  const stream = await open('?devices=lamp_1,lamp_2&kinds=report,status')
  await stream.until(': open')

  expect(log.queries).toEqual([
    {
      projectId: platform.projectId,
      deviceIds: ['lamp_1', 'lamp_2'],
      kinds: ['report', 'status'],
      limit: 100,
    },
  ])
})

test('bridges are followed beside devices', async () => {
  const stream = await open('?devices=lamp_1&bridges=hall-1,hall-2&kinds=notice')
  await stream.until(': open')

  const deviceIds = ['lamp_1', bridgeSession('hall-1'), bridgeSession('hall-2')]
  expect(log.queries).toMatchObject([{ deviceIds, kinds: ['notice'] }])
})

test.for([
  ['?kinds=report,everything', {}, 'kinds'],
  ['?bridges=a%20b', {}, 'bridges'],
  ['?devices=a%20b', {}, 'devices'],
  [`?devices=${Array.from({ length: 101 }, (_, index) => `d${index}`).join(',')}`, {}, 'devices'],
  ['', { 'last-event-id': 'abc' }, 'Last-Event-ID'],
  ['', { 'last-event-id': '9'.repeat(30) }, 'Last-Event-ID'],
] as const)(
  'a stream that makes no sense is refused before it opens: %s %o',
  async ([query, headers, field]) => {
    const { status, body } = await platform.call('GET', `/quayside/v1/{project}/events${query}`, { headers })

    expect([status, body.field]).toEqual([400, field])
    expect(log.queries).toEqual([])
  },
)

test('contracts §1: a quiet stream has a comment line now and then', async () => {
  await platform.close()
  await start({ eventStreamCommentMillis: 5 })

  const stream = await open()

  await stream.until(/(: still here\n\n[^:]*){3}/)
})

test('a reader that leaves frees the stream', async () => {
  const stream = await open()
  await stream.until(': open')
  expect(log.followers()).toBe(1)

  stream.socket.destroy()
  while (log.followers() > 0) await new Promise((resolve) => setImmediate(resolve))

  expect(log.followers()).toBe(0)
})

test('no more streams than the limit; a closed one makes room', async () => {
  await platform.close()
  await start({ eventStreamsMax: 1 })
  const first = await open()
  await first.until(': open')

  const second = await platform.call('GET', '/quayside/v1/{project}/events')
  expect([second.status, second.body.error_code]).toEqual([429, 'QS.too-many-streams'])

  first.socket.destroy()
  while (log.followers() > 0) await new Promise((resolve) => setImmediate(resolve))
  await (await open()).until(': open')
})

test('R11: one project cannot take all streams: room is left for the others', async () => {
  await platform.close()
  await start({ eventStreamsMax: 2, eventStreamsPerProjectMax: 1 })
  const { store, clock, origin, otherProjectId } = platform
  const theirs = {
    accessKey: 'AKOFANOTHERPROJECT01',
    secretKey: 'a secret of forty characters, or nearly so',
  }
  const { accessKey, secretKey: secret } = theirs
  await saveAccessKey(store, { accessKey, secret, projectId: otherProjectId, createdAt: clock.now() })
  await (await open()).until(': open')

  const second = await platform.call('GET', '/quayside/v1/{project}/events')
  expect([second.status, second.body.error_code]).toEqual([429, 'QS.too-many-streams'])
  const url = `${origin}/quayside/v1/${otherProjectId}/events`
  const other = await signedFetch(theirs, { method: 'GET', url, headers: {}, body: '', at: clock.now() })
  expect(other.status).toBe(200)
  await other.body?.cancel()
})

test('a source that fails cuts the stream, so that its reader comes back, and is logged', async () => {
  const stream = await open()
  await stream.until(': open')

  log.fail(new Error('the log cannot be read'))
  await stream.closed

  expect(platform.faults()).toMatchObject([
    { operation: 'FollowEvents', fault: new Error('the log cannot be read') },
  ])
})

test('a stream ends after its life, so that credentials are looked at again', async () => {
  await platform.close()
  await start({ eventStreamLifeMillis: 10 })

  const stream = await open('', { connection: 'close' })

  await stream.closed
  expect(log.followers()).toBe(0)
  expect(platform.faults()).toEqual([])
})

test('safety R7: closing the platform ends open streams', async () => {
  const stream = await open()
  await stream.until(': open')

  await platform.api.close()
  await stream.closed

  expect(log.followers()).toBe(0)
})
