import { expect, test } from 'vitest'
import type { Position } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { Entry } from '../domain/entry/entry.ts'
import type { DeviceEntryQuery } from '../domain/entry/entry-query.ts'
import { DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { createDeviceLogReader } from './device-logs.ts'

const report = (content: string, type = 'DEVICE_STATUS') => ({
  ...{ service_id: '$log', event_type: 'log_report', paras: { type, content } },
})
const event = (position: number, services: readonly object[]): Entry => ({
  ...{ kind: 'event-up', at: NOON, projectId: PROJECT, deviceId: DEVICE, position: position as Position },
  body: { topic: 't', payload: JSON.stringify({ services }), payloadEncoding: 'utf8' },
})

/** The log of a device, read back page by page. */
function reader(entries: readonly Entry[]) {
  const asked: DeviceEntryQuery[] = []
  const read = createDeviceLogReader(async (query) => {
    asked.push(query)
    const { before = Number.POSITIVE_INFINITY, limit } = query
    const older = entries.toReversed().filter(({ position }) => position < before)
    const page = older.slice(0, limit)
    const last = page.at(-1)?.position
    return { entries: page, ...(older.length > limit && last !== undefined && { before: last }) }
  })
  return { read, asked }
}

test('newest first, several of one event too, and page by page none twice', async () => {
  const { read } = reader(
    [1, 2, 3].map((n) => event(n, [report(`${n}a`), { service_id: 'x' }, report(`${n}b`)])),
  )

  const first = await read({ deviceId: DEVICE, limit: 3 })
  const second = await read({ deviceId: DEVICE, limit: 3, before: first.before ?? 0 })

  expect(first.logs.map(({ content }) => content)).toEqual(['3b', '3a', '2b', '2a'])
  expect(second.logs.map(({ content }) => content)).toEqual(['1b', '1a'])
  expect(second.before).toBeUndefined()
})

test('R12: where few events are log reports, only so many are looked at for one page', async () => {
  const many = limits.deviceLogPagesScannedMax * limits.deviceEntriesDefault + 10
  const { read, asked } = reader([
    event(1, [report('old')]),
    ...Array.from({ length: many }, (_, n) => event(n + 2, [{ service_id: '$ota' }])),
  ])

  const first = await read({ deviceId: DEVICE, limit: 5 })
  const second = await read({ deviceId: DEVICE, limit: 5, before: first.before ?? 0 })

  expect([first.logs, asked.length > limits.deviceLogPagesScannedMax]).toEqual([[], true])
  expect(second.logs).toMatchObject([{ content: 'old' }])
})

test('R11: a page of long reports ends before it is too long', async () => {
  const long = 'x'.repeat(limits.deviceLogPageBytesMax / 4)
  const { read } = reader([1, 2, 3, 4, 5, 6].map((n) => event(n, [report(long)])))

  expect((await read({ deviceId: DEVICE, limit: 50 })).logs).toHaveLength(4)
})
