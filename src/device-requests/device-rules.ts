import { answerEvent, type DeviceEventHandler } from './event-request.ts'

/** There are no rules on devices yet, whichever are asked for (device protocol §3.8.11). */
export const answerDeviceRules: DeviceEventHandler = async (deps, request) => {
  const { ruleIds } = request.event.paras
  if (!Array.isArray(ruleIds) || !ruleIds.every((id) => typeof id === 'string'))
    return { code: 'payload-invalid', params: { field: 'paras.ruleIds', rule: 'must be a list of texts' } }
  await answerEvent(deps, request, 'device_rule_config_response', { rulesInfos: [] })
  return undefined
}
