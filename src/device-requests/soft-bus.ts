import { answerEvent, type DeviceEventHandler } from './event-request.ts'

/** There are no soft buses here: OpenHarmony devices are told so (device protocol §3.8.13). */
export const answerSoftBus: DeviceEventHandler = async (deps, request) => {
  await answerEvent(deps, request, 'soft_bus_config_response', { bus_count: 0, bus_infos: [] })
  return undefined
}
