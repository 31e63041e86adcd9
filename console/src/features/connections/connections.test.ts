import { expect, test } from 'vitest'
import type { ConnectionVerdict } from '../../api/types.ts'
import { newestFirst, RECENT_MAX, subjectText } from './connections.ts'

const aVerdict = (id: string, part: Partial<ConnectionVerdict> = {}): ConnectionVerdict => ({
  id,
  kind: 'connection',
  outcome: 'refused',
  code: 'device-unknown',
  sentence: 'There is no such device.',
  remedy: '',
  at: '2026-11-22T12:00:00.000Z',
  duration_us: 1,
  subject: {},
  params: {},
  steps: [],
  answer: { mqtt: 4, mqtt5: null, http: null },
  ...part,
})

const idsOf = (verdicts: readonly ConnectionVerdict[]) => verdicts.map(({ id }) => id)

test('what came last stands first, and what is known already is not doubled', () => {
  const known = [aVerdict('2'), aVerdict('1')]

  expect(idsOf(newestFirst(known, [aVerdict('2'), aVerdict('3'), aVerdict('4')]))).toEqual([
    '4',
    '3',
    '2',
    '1',
  ])
})

test('accepted connections are not shown among the refused', () => {
  expect(idsOf(newestFirst([], [aVerdict('1', { outcome: 'accepted' }), aVerdict('2')]))).toEqual(['2'])
})

test('a storm leaves the newest few', () => {
  const storm = Array.from({ length: 500 }, (_, n) => aVerdict(String(n)))

  const shown = newestFirst([aVerdict('old')], storm)

  expect(shown).toHaveLength(RECENT_MAX)
  expect(shown[0]?.id).toBe('499')
})

test('a subject that says nothing, or no text, has no text', () => {
  const verdict = aVerdict('1', { subject: { client_id: 'a', username: '', port: 7 } })

  expect(subjectText(verdict, 'client_id')).toBe('a')
  expect(subjectText(verdict, 'username')).toBeUndefined()
  expect(subjectText(verdict, 'port')).toBeUndefined()
  expect(subjectText(verdict, 'device_id')).toBeUndefined()
})
