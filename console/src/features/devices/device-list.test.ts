import { expect, test } from 'vitest'
import type { LogEntry } from '../../api/events.ts'
import { type DeviceRow, withStatuses } from './device-list.ts'

const aRow = (id: string, part: Partial<DeviceRow> = {}): DeviceRow => ({
  device_id: id,
  node_id: id,
  app_id: 'a1',
  app_name: 'DefaultApp',
  product_id: 'p1',
  product_name: 'meter',
  node_type: 'GATEWAY',
  status: 'INACTIVE',
  auth_type: 'SECRET',
  create_time: '2026-11-22T12:00:00.000Z',
  tags: [],
  ...part,
})

const entry = (id: string, at: string, body: object, kind = 'status'): LogEntry => ({
  position: '1',
  at,
  kind,
  device_id: id,
  body,
})

const statusesOf = (rows: readonly DeviceRow[]) => rows.map(({ status }) => status)

test('the last status of each device on the page is taken over, with its time', () => {
  const page = { devices: [aRow('d1'), aRow('d2')], count: 2 }

  const { devices } = withStatuses(page, [
    entry('d2', '2026-11-22T12:00:01.000Z', { status: 'ONLINE' }),
    entry('d2', '2026-11-22T12:00:02.000Z', { status: 'OFFLINE', cause: 'keep-alive' }),
    entry('elsewhere', '2026-11-22T12:00:02.000Z', { status: 'ONLINE' }),
  ])

  expect(statusesOf(devices)).toEqual(['INACTIVE', 'OFFLINE'])
  expect(devices[1]?.status_since).toBe('2026-11-22T12:00:02.000Z')
})

test('a frozen device stays frozen, and the end of a connection that was taken over changes nothing', () => {
  const page = { devices: [aRow('d1', { status: 'FROZEN' }), aRow('d2', { status: 'ONLINE' })], count: 2 }

  const after = withStatuses(page, [
    entry('d1', '2026-11-22T12:00:01.000Z', { status: 'OFFLINE', cause: 'frozen' }),
    entry('d2', '2026-11-22T12:00:01.000Z', { status: 'OFFLINE', cause: 'taken-over' }),
    entry('d2', '2026-11-22T12:00:01.000Z', { action: 'device.update' }, 'audit'),
  ])

  expect(after).toBe(page)
})
