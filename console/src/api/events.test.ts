import { expect, test } from 'vitest'
import { followEvents, type LogEntry } from './events.ts'

const eventText = (position: string): string =>
  `id: ${position}\nevent: status\ndata: ${JSON.stringify({ position, at: '', kind: 'status', body: {} })}\n\n`

const refusal = (status: number): Response =>
  new Response(JSON.stringify({ error_code: 'QS.no', error_msg: 'No.' }), { status })

/** Answers one after the other; the stream is given up when they are used up. */
async function follow(answers: readonly (() => Response)[]) {
  const abort = new AbortController()
  const seen = {
    positions: [] as string[],
    states: [] as string[],
    waits: [] as number[],
    lastIds: [] as (string | null)[],
    refused: 0,
  }
  let asked = 0
  await followEvents(
    {
      projectId: 'p1',
      kinds: ['status'],
      onEntry: (entry: LogEntry) => void seen.positions.push(entry.position),
      onState: (state) => void seen.states.push(state),
      onRefused: () => void seen.refused++,
    },
    abort.signal,
    {
      context: { csrfToken: undefined, language: 'en' },
      send: async (_input, init) => {
        seen.lastIds.push(new Headers(init?.headers).get('last-event-id'))
        const answer = answers[asked++]
        if (!answer) throw new TypeError('the test asked for one answer too many')
        return answer()
      },
      wait: async (millis) => {
        seen.waits.push(millis)
        if (asked >= answers.length) abort.abort()
      },
    },
  )
  return seen
}

test('a stream that broke off is opened again behind the last entry that was seen', async () => {
  const seen = await follow([
    () => new Response(`: open\n\n${eventText('7')}${eventText('9')}`),
    () => new Response(eventText('12')),
  ])

  expect(seen.positions).toEqual(['7', '9', '12'])
  expect(seen.lastIds).toEqual([null, '9'])
  expect(seen.states).toEqual(['live', 'broken', 'live', 'broken'])
})

test('what is no entry of the log does not move the place to go on from', async () => {
  const figures = `event: statistics\ndata: ${JSON.stringify({ kind: 'statistics', body: {} })}\n\n`
  const seen = await follow([() => new Response(figures), () => new Response('')])

  expect(seen.lastIds).toEqual([null, null])
})

test('a platform that is down is asked at growing distances, and at the first again once it answered', async () => {
  const down = () => refusal(503)
  const seen = await follow([down, down, down, down, down, down, down, () => new Response(''), down])

  expect(seen.waits).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 1000, 2000])
})

test('a session that ended is told once and not asked for again', async () => {
  const seen = await follow([() => refusal(401)])

  expect(seen).toMatchObject({ refused: 1, waits: [], states: [] })
})
