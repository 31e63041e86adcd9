import { parseEvents } from '../codec/payload/events.ts'
import type { DeviceRequestDeps, EventHandler, Notice, Request } from './request.ts'
import {
  addSubDevices,
  deleteSubDevices,
  syncSubDevices,
  takeScanResult,
  updateStatuses,
} from './sub-devices.ts'

/** Who acts on which event, by service and type. Pairs that are not named are kept in the log alone (device protocol §3.8.1). */
const handlers: Readonly<Record<string, EventHandler>> = {
  '$sub_device_manager sub_device_sync_request': syncSubDevices,
  '$sub_device_manager sub_device_update_status': updateStatuses,
  '$sub_device_manager add_sub_device_request': addSubDevices,
  '$sub_device_manager delete_sub_device_request': deleteSubDevices,
  '$sub_device_discovery scan_result': takeScanResult,
}

/** The Java SDK leaves out the dollar sign of these (device protocol §3.8.3, §3.8.4). */
const withoutDollar = new Set(['sub_device_manager', 'sub_device_discovery'])

/** Acts on the events of one payload, in their order; tells of the first that could not be acted on. */
export async function takeEvents(deps: DeviceRequestDeps, request: Request): Promise<Notice | undefined> {
  const parsed = parseEvents(request.payload)
  if (parsed.kind === 'unreadable') return parsed.fault
  let notice: Notice | undefined = parsed.faults[0]
  for (const event of parsed.events) {
    const { serviceId, eventType } = event
    const pair = `${withoutDollar.has(serviceId) ? '$' : ''}${serviceId} ${eventType}`
    const handler = Object.hasOwn(handlers, pair) ? handlers[pair] : undefined
    notice = (await handler?.(deps, request, event)) ?? notice
  }
  return notice
}
