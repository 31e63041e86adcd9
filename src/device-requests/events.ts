import { parseDeviceId, type DeviceId } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import { parseEvents } from '../codec/payload/events.ts'
import type { Device } from '../domain/device/device.ts'
import type { DeviceEvent } from '../domain/device-event/device-event.ts'
import { findDevice } from '../store/devices.ts'
import { takeConfigAnswer } from './configuration.ts'
import { takeSdkInfo, takeVersions } from './device-facts.ts'
import { answerDeviceRules } from './device-rules.ts'
import type { DeviceEventHandler } from './event-request.ts'
import { answerDownload, answerUpload, takeDownloadResult, takeUploadResult } from './files.ts'
import { checkLog, checkSecurityLog } from './logs.ts'
import type { DeviceRequestDeps, EventHandler, Notice, Request } from './request.ts'
import { answerSoftBus } from './soft-bus.ts'
import {
  addSubDevices,
  deleteSubDevices,
  syncSubDevices,
  takeScanResult,
  updateStatuses,
} from './sub-devices.ts'
import { answerTime } from './time-sync.ts'
import { checkUpgradeProgress } from './upgrade-progress.ts'

/**
 * Who acts on which event, by service and type (device protocol §3.8.1). Pairs that are not named are kept in the log
 * alone. These are about the gateway that sends them, whatever device they name.
 */
const ofGateway: Readonly<Record<string, EventHandler>> = {
  '$sub_device_manager sub_device_sync_request': syncSubDevices,
  '$sub_device_manager sub_device_update_status': updateStatuses,
  '$sub_device_manager add_sub_device_request': addSubDevices,
  '$sub_device_manager delete_sub_device_request': deleteSubDevices,
  '$sub_device_discovery scan_result': takeScanResult,
}

/** These are about the device that is named: that of the connection, or a child of it. */
const ofDevice: Readonly<Record<string, DeviceEventHandler>> = {
  '$time_sync time_sync_request': answerTime,
  '$sdk_info sdk_info_report': takeSdkInfo,
  '$ota version_report': takeVersions,
  '$ota upgrade_progress_report': checkUpgradeProgress,
  '$log log_report': checkLog,
  '$log security_log_report': checkSecurityLog,
  '$device_config config_update_response': takeConfigAnswer,
  '$file_manager get_upload_url': answerUpload,
  '$file_manager get_download_url': answerDownload,
  '$file_manager upload_result_report': takeUploadResult,
  '$file_manager download_result_report': takeDownloadResult,
  '$oh_soft_bus soft_bus_config_request': answerSoftBus,
  '$device_rule device_rule_config_request': answerDeviceRules,
}

/** The Java SDK leaves out the dollar sign of these (device protocol §3.8.3, §3.8.4). */
const withoutDollar = new Set(['sub_device_manager', 'sub_device_discovery'])

/** Acts on the events of one payload, in their order. Each that is wrong has its notice, and keeps back no other. */
export async function takeEvents(deps: DeviceRequestDeps, request: Request): Promise<Notice | undefined> {
  const parsed = parseEvents(request.payload)
  if (parsed.kind === 'unreadable') return parsed.fault
  const device = await deviceMeant(deps, request, parsed.objectDeviceId)
  const about = device ?? request
  for (const fault of parsed.faults) await writeNotice(deps, request, about, fault)
  for (const event of parsed.events) {
    const pair = pairOf(event)
    const gatewayHandler = Object.hasOwn(ofGateway, pair) ? ofGateway[pair] : undefined
    const notice = gatewayHandler
      ? await gatewayHandler(deps, request, event)
      : // Ingestion has written that the gateway does not speak for it, or it was deleted meanwhile.
        device && (await takeEvent(deps, request, device, event))
    if (notice) await writeNotice(deps, request, gatewayHandler ? request : about, notice)
  }
  return undefined
}

const pairOf = ({ serviceId, eventType }: DeviceEvent): string =>
  `${withoutDollar.has(serviceId) ? '$' : ''}${serviceId} ${eventType}`

async function takeEvent(
  deps: DeviceRequestDeps,
  uplink: Request,
  device: Device,
  event: DeviceEvent,
): Promise<Notice | undefined> {
  const pair = pairOf(event)
  const handler = Object.hasOwn(ofDevice, pair) ? ofDevice[pair] : undefined
  if (handler) return handler(deps, { uplink, device, event })
  // Services of the product model have events of their own; what begins with $ is the platform's.
  return event.serviceId.startsWith('$')
    ? { code: 'event-unknown', params: { service: event.serviceId, event: event.eventType } }
    : undefined
}

async function writeNotice(
  { append, clock }: DeviceRequestDeps,
  { topic }: Request,
  { projectId, deviceId }: Pick<Device, 'projectId' | 'deviceId'>,
  { code, params }: Notice,
): Promise<void> {
  await append([{ kind: 'notice', at: clock.now(), projectId, deviceId, body: { code, params, topic } }])
}

/** Undefined: it is none that this connection may speak for (device protocol §3.0.3). */
async function deviceMeant(
  { store }: DeviceRequestDeps,
  { projectId, deviceId }: Request,
  objectDeviceId: string | undefined,
): Promise<Device | undefined> {
  const id = objectDeviceId === undefined ? deviceId : parseDeviceId(objectDeviceId)
  const device = id && (await findDevice(store, projectId, id))
  if (!device || device.deviceId === deviceId) return device
  let above: DeviceId | undefined = device.gatewayId
  for (let level = 0; above !== undefined && level < limits.gatewayLevelsMax; level++) {
    if (above === deviceId) return device
    above = (await findDevice(store, projectId, above))?.gatewayId
  }
  return undefined
}
