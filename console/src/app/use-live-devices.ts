import { useQueryClient } from '@tanstack/react-query'
import { type DeviceFilter, deviceListQuery, withStatuses } from '../features/devices/device-list.ts'
import { devicesKey } from '../features/devices/devices.ts'
import { useBatch } from './use-batch.ts'
import { useEvents } from './use-events.ts'

// `config`: devices come and go, and what is desired of them; `audit`: they are changed, frozen, renamed.
const kinds = ['status', 'config', 'audit']

/**
 * Keeps a list of devices up to date by the stream of events: the status of the rows on the page at once, and the list
 * as a whole at most every two seconds. True while it does.
 */
export function useLiveDevices(projectId: string, filter: DeviceFilter): boolean {
  const client = useQueryClient()
  const { queryKey } = deviceListQuery(projectId, filter)
  const readAgain = useBatch<void>(
    () => void client.invalidateQueries({ queryKey: [...devicesKey(projectId), 'list'] }),
    { millis: 2000, max: 1 },
  )
  const state = useEvents({
    projectId,
    kinds,
    onEntries(entries) {
      const before = client.getQueryData(queryKey)
      const after = before && withStatuses(before, entries)
      if (after !== before) client.setQueryData(queryKey, after)
      // A status of a device elsewhere matters only where statuses decide which devices are on the page.
      const isStatusWanted = filter.status !== undefined || filter.sort === 'status_since'
      if (after !== before || isStatusWanted || entries.some(({ body }) => isOfDevice(body))) readAgain()
    },
    onLive: () => readAgain(),
  })
  return state === 'live'
}

/** Whether devices came or went, or the audit trail is about them: their list shows the names of products and spaces too. */
function isOfDevice(body: unknown): boolean {
  const { action, change } = body as { readonly action?: unknown; readonly change?: unknown }
  if (typeof change === 'string') return change.startsWith('device-')
  return typeof action === 'string' && /^(device|product|space)\./.test(action)
}
