import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { StorageUsage } from '../../src/domain/retention/retention.ts'
import { readRetention } from '../../src/store/settings.ts'
import { NOON } from '../support/builders.ts'
import { type PlatformApi, startPlatformApi } from '../support/platform-api.ts'

const MIB = 1024 * 1024
const PATH = '/quayside/v1/{project}/retention'

let usage: StorageUsage
let applied: unknown[]
let platform: PlatformApi
beforeAll(async () => {
  platform = await startPlatformApi({
    deps: {
      readUsage: async () => usage,
      applyRetention: async () => void applied.push(await readRetention(platform.store)),
    },
  })
})
afterAll(() => platform.close())
beforeEach(() => {
  usage = {
    history: { bytes: 1000, points: 7, openPoints: 3, oldest: NOON },
    log: { bytes: 2000, oldest: NOON + 1 },
  }
  applied = []
  void platform.audited()
})

const show = async () => (await platform.call('GET', PATH)).body
const update = (body: unknown, headers = {}) => platform.call('PUT', PATH, { body, headers })

const used = {
  history: { bytes: 1000, points: 10, oldest_at: '2026-11-22T12:00:00.000Z' },
  log: { bytes: 2000, oldest_at: '2026-11-22T12:00:00.001Z' },
}

test('until somebody sets it, history is kept for a year and a day and the log for 30 days, whatever their size', async () => {
  expect(await show()).toEqual({
    history_days: 366,
    history_bytes_max: null,
    log_days: 30,
    log_bytes_max: null,
    usage: used,
  })
  usage = {
    history: { bytes: 0, points: 0, openPoints: 0, oldest: undefined },
    log: { bytes: 0, oldest: undefined },
  }
  expect((await show()).usage).toEqual({
    history: { bytes: 0, points: 0, oldest_at: null },
    log: { bytes: 0, oldest_at: null },
  })
})

test('a change holds before it is answered, is audited, and leaves what it does not name', async () => {
  const all = { history_days: 90, history_bytes_max: 64 * MIB, log_days: 7, log_bytes_max: 256 * MIB }
  const answer = await update(all)

  expect([answer.status, answer.body]).toEqual([200, { ...all, usage: used }])
  const saved = { historyDays: 90, historyBytesMax: 64 * MIB, logDays: 7, logBytesMax: 256 * MIB }
  expect(applied).toEqual([saved])
  expect(platform.audited()).toMatchObject([
    {
      entry: { action: 'retention.update', outcome: 'done', detail: all },
      projectId: platform.projectId,
    },
  ])

  expect((await update({ log_days: 8 })).body).toMatchObject({ ...all, log_days: 8 })
  expect((await update({ history_bytes_max: null })).body).toMatchObject({
    history_days: 90,
    history_bytes_max: null,
    log_days: 8,
    log_bytes_max: 256 * MIB,
  })
  expect(await show()).toMatchObject({ history_bytes_max: null, log_bytes_max: 256 * MIB })
})

test.for([
  [{ history_days: 0 }, 'history_days: must be at least 1.', '参数 history_days 不符合要求：不能小于 1。'],
  [
    { history_days: 3661 },
    'history_days: must be at most 3660.',
    '参数 history_days 不符合要求：不能大于 3660。',
  ],
  [
    { history_days: 1.5 },
    'history_days: must be a whole number.',
    '参数 history_days 不符合要求：须为整数。',
  ],
  [
    { history_bytes_max: 64 * MIB - 1 },
    'history_bytes_max: must be at least 67108864.',
    '参数 history_bytes_max 不符合要求：不能小于 67108864。',
  ],
  [
    { history_bytes_max: 'all' },
    'history_bytes_max: must be a whole number.',
    '参数 history_bytes_max 不符合要求：须为整数。',
  ],
  [{ log_days: 0 }, 'log_days: must be at least 1.', '参数 log_days 不符合要求：不能小于 1。'],
  [{ log_days: 3661 }, 'log_days: must be at most 3660.', '参数 log_days 不符合要求：不能大于 3660。'],
  [
    { log_bytes_max: 256 * MIB - 1 },
    'log_bytes_max: must be at least 268435456.',
    '参数 log_bytes_max 不符合要求：不能小于 268435456。',
  ],
  [
    { log_bytes_max: 2 ** 53 },
    'log_bytes_max: must be at most 9007199254740991.',
    '参数 log_bytes_max 不符合要求：不能大于 9007199254740991。',
  ],
] as const)(
  '%j is refused with field and rule, in both languages, and changes nothing',
  async ([body, english, chinese]) => {
    const before = await show()

    const refused = await update(body)
    const said = await update(body, { 'accept-language': 'zh-CN' })

    expect([refused.status, refused.body.error_msg]).toEqual([400, english])
    expect(said.body.error_msg).toBe(chinese)
    expect(await show()).toEqual(before)
    expect(applied).toEqual([])
  },
)

test('a caller of one project does not reach it through another', async () => {
  const theirs = PATH.replace('{project}', platform.otherProjectId)

  expect((await platform.call('GET', theirs)).status).toBe(403)
  expect((await platform.call('PUT', theirs, { body: { log_days: 1 } })).status).toBe(403)
  expect((await platform.bare('GET', PATH)).status).toBe(401)
  expect(applied).toEqual([])
})
