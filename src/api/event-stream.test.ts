import { Writable } from 'node:stream'
import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { eventStream, type ServerEvent } from '../operations/operation.ts'
import { writeEvents } from './event-stream.ts'

const anEvent = (id: number): ServerEvent => ({
  id: String(id),
  event: 'report',
  data: { text: 'x'.repeat(100) },
})

/** A peer that takes nothing until it is told to. */
function aSlowPeer() {
  const taken: string[] = []
  let release: (() => void) | undefined
  const response = new Writable({
    highWaterMark: 200,
    write(chunk: Buffer, _encoding, done) {
      taken.push(chunk.toString())
      release = done
    },
  })
  return {
    // The writer uses nothing of it but what every stream has.
    response: response as unknown as ServerResponse,
    taken,
    takeOne: () => release?.(),
  }
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('safety R11: a reader that does not read holds the source back', async () => {
  const peer = aSlowPeer()
  const stop = new AbortController()
  const source = { asked: 0 }
  const stream = eventStream(async function* () {
    for (;;) yield anEvent((source.asked += 1))
  })

  const written = writeEvents(peer.response, stream, { signal: stop.signal, commentMillis: 60_000 })
  await turns(50)
  const before = source.asked
  await turns(50)

  expect(source.asked).toBe(before)
  expect(source.asked).toBeLessThan(5)
  while (source.asked === before) {
    peer.takeOne()
    await turns(1)
  }
  expect(source.asked).toBeGreaterThan(before)
  stop.abort()
  await written
})

test('a stream ends when its signal aborts while the peer is slow, and when its source ends', async () => {
  const peer = aSlowPeer()
  const stop = new AbortController()
  const endless = eventStream(async function* () {
    for (;;) yield anEvent(1)
  })
  const written = writeEvents(peer.response, endless, { signal: stop.signal, commentMillis: 60_000 })
  await turns(10)
  stop.abort()

  await expect(written).resolves.toBeUndefined()
  const empty = eventStream(async function* () {})
  await expect(
    writeEvents(aSlowPeer().response, empty, { signal: new AbortController().signal, commentMillis: 60_000 }),
  ).resolves.toBeUndefined()
})

test('what the source throws is the caller’s to handle', async () => {
  const failing = eventStream(async function* () {
    yield anEvent(1)
    throw new Error('the log cannot be read')
  })

  const written = writeEvents(
    new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as ServerResponse,
    failing,
    {
      signal: new AbortController().signal,
      commentMillis: 60_000,
    },
  )

  await expect(written).rejects.toThrow('the log cannot be read')
})
