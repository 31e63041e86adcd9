import { expect, test, vi } from 'vitest'
import type { Position, ProjectId } from '../base/ids.ts'
import type { Entry } from '../domain/entry/entry.ts'
import type { LogQuery } from '../log/log.ts'
import { createLogFollowers } from './follow.ts'

const projectId = '0'.repeat(32) as ProjectId

function aLog() {
  const entries: Entry[] = []
  let reads = 0
  return {
    reads: () => reads,
    add: (kind: 'message-up' | 'event-up') =>
      entries.push({
        position: (entries.length + 1) as Position,
        at: 0,
        projectId,
        kind,
        deviceId: 'd' as never,
        body: { topic: 't', payload: '', payloadEncoding: 'utf8' },
      }),
    head: () => Promise.resolve(entries.length as Position),
    read: ({ after = 0 as Position, kinds, limit }: LogQuery) => {
      reads++
      return Promise.resolve(
        entries
          .filter(({ position, kind }) => position > after && (!kinds || kinds.includes(kind)))
          .slice(0, limit),
      )
    },
  }
}

test('a follower gets what was there, then what comes, in order, and ends with its signal', async () => {
  const log = aLog()
  const followers = createLogFollowers(log)
  const ending = new AbortController()
  log.add('message-up')
  log.add('message-up')
  const seen: number[] = []

  for await (const { position } of followers.follow({ projectId, after: '0', limit: 1 }, ending.signal)) {
    seen.push(position)
    if (position === 2) setImmediate(() => (log.add('message-up'), followers.advanced()))
    if (position === 3) ending.abort()
  }

  expect(seen).toEqual([1, 2, 3])
})

test('without a position a follower starts at the head of now', async () => {
  const log = aLog()
  const followers = createLogFollowers(log)
  const ending = new AbortController()
  log.add('message-up')
  const iterator = followers.follow({ projectId, limit: 10 }, ending.signal)[Symbol.asyncIterator]()
  const next = iterator.next()
  setImmediate(() => (log.add('message-up'), followers.advanced()))

  expect((await next).value?.position).toBe(2)
  ending.abort()
})

test('an advance between the read and the wait is not missed', async () => {
  const log = aLog()
  const followers = createLogFollowers({
    head: log.head,
    read: async (query) => {
      const entries = await log.read(query)
      // Arrives while the follower's read is on its way back.
      if (log.reads() === 1) {
        log.add('message-up')
        followers.advanced()
      }
      return entries
    },
  })
  const ending = new AbortController()

  const { value } = await followers
    .follow({ projectId, after: '0', limit: 10 }, ending.signal)
    [Symbol.asyncIterator]()
    .next()

  expect(value?.position).toBe(1)
  ending.abort()
})

test('entries that a filter leaves out are not read again and again', async () => {
  const log = aLog()
  const followers = createLogFollowers(log)
  const ending = new AbortController()
  for (let count = 0; count < 5; count++) log.add('event-up')
  const iterator = followers
    .follow({ projectId, after: '0', kinds: ['message-up'], limit: 10 }, ending.signal)
    [Symbol.asyncIterator]()
  const next = iterator.next()
  setImmediate(() => (log.add('message-up'), followers.advanced()))

  expect((await next).value?.position).toBe(6)
  expect(log.reads()).toBe(2)
  ending.abort()
})

test('safety R12: a log that advances all the time is looked at now and then, and its last entry is not missed', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    const log = aLog()
    const followers = createLogFollowers(log)
    const ending = new AbortController()
    const seen: number[] = []
    const following = (async () => {
      const query = { projectId, after: '0', limit: 1000 }
      for await (const { position } of followers.follow(query, ending.signal)) seen.push(position)
    })()
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    for (let count = 0; count < 200; count++) {
      log.add('message-up')
      followers.advanced()
      await turn()
    }
    const readsUnderLoad = log.reads()
    await vi.advanceTimersByTimeAsync(100)
    await turn()

    expect(readsUnderLoad).toBeLessThan(5)
    expect(seen.at(-1)).toBe(200)
    ending.abort()
    await following
  } finally {
    vi.useRealTimers()
  }
})
