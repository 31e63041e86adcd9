import { Buffer } from 'node:buffer'
import { limits } from '../base/limits.ts'
import { parseEvents } from '../codec/payload/events.ts'
import {
  type DeviceLogPage,
  type DeviceLogQuery,
  type KeptDeviceLog,
  readDeviceLog,
} from '../domain/device-event/device-log.ts'
import { isFault } from '../domain/device-event/paras.ts'
import type { Entry } from '../domain/entry/entry.ts'
import type { DeviceEntryPage, DeviceEntryQuery } from '../domain/entry/entry-query.ts'

/**
 * Reads the log reports of a device out of its events, which the log keeps as they came: nothing is stored twice, and
 * retention of the log is theirs. Looks at a bounded number of events; the next page goes on behind them.
 */
export function createDeviceLogReader(
  readDeviceEntries: (query: DeviceEntryQuery) => Promise<DeviceEntryPage>,
): (query: DeviceLogQuery) => Promise<DeviceLogPage> {
  return async (query) => {
    const { deviceId, limit } = query
    const logs: KeptDeviceLog[] = []
    let bytes = 0
    let { before } = query
    for (let pages = 0; pages < limits.deviceLogPagesScannedMax; pages++) {
      const page = await readDeviceEntries({
        deviceId,
        kinds: ['event-up'],
        limit: limits.deviceEntriesDefault,
        ...(before !== undefined && { before }),
      })
      for (const entry of page.entries) {
        logs.push(...logsOf(entry).filter((log) => isWanted(log, query)))
        bytes += entry.kind === 'event-up' ? entry.body.payload.length : 0
        before = entry.position
        // Between two entries alone, since a page begins behind a position.
        if (logs.length >= limit || bytes >= limits.deviceLogPageBytesMax) return { logs, before }
      }
      if (page.before === undefined) return { logs }
      before = page.before
    }
    return { logs, ...(before !== undefined && { before }) }
  }
}

const isWanted = (log: KeptDeviceLog, { category, type }: DeviceLogQuery): boolean =>
  (category === undefined || log.category === category) && (type === undefined || log.type === type)

/** Newest first, as pages are. */
function logsOf(entry: Entry): readonly KeptDeviceLog[] {
  if (entry.kind !== 'event-up' || entry.body.payloadEncoding !== 'utf8') return []
  const { position, at: receivedAt, deviceId, body } = entry
  // Most events are none, and need not be parsed to be passed over.
  if (!body.payload.includes('$log')) return []
  const parsed = parseEvents(Buffer.from(body.payload))
  if (parsed.kind === 'unreadable') return []
  // A gateway's, for a device that it does not speak for, stays with the gateway and is nobody's log.
  if (parsed.objectDeviceId !== undefined && parsed.objectDeviceId !== deviceId) return []
  return parsed.events
    .flatMap(({ serviceId, eventType, paras }): readonly KeptDeviceLog[] => {
      const category = serviceId === '$log' ? categories[eventType] : undefined
      const log = category && readDeviceLog(category, paras)
      return log && !isFault(log) ? [{ ...log, position, receivedAt }] : []
    })
    .toReversed()
}

const categories: { readonly [eventType: string]: 'log' | 'security' | undefined } = {
  log_report: 'log',
  security_log_report: 'security',
}
