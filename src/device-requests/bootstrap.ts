import { Buffer } from 'node:buffer'
import { parseJson } from '../codec/payload/json.ts'
import { formatTopic } from '../codec/topic/system-topics.ts'
import type { JsonObject } from '../base/json.ts'
import { findGroup } from '../store/registration-groups.ts'
import { noticeOf } from './delivery-notice.ts'
import type { DeviceRequestDeps, Notice, Request } from './request.ts'

/** Device protocol §3.9: what the reference answers to a device that is not, or no longer, to be provisioned. */
const NOT_REGISTERED = '100417'
const MALFORMED = '100414'

/**
 * A device asks which address to connect to (device protocol §3.9): on the connection of its registration group, or on
 * its own. It is told of a failure too, and the connection stays: the device closes it.
 */
export async function answerBootstrap(
  deps: DeviceRequestDeps,
  request: Request,
): Promise<Notice | undefined> {
  const { deviceId } = request
  const { body, notice } = await answerTo(deps, request)
  const topic = formatTopic({ kind: 'bootstrap-down', deviceId })
  const delivery = await deps.downlinks.send({
    ...{ deviceId, topic, payload: Buffer.from(JSON.stringify(body)) },
    ...{ reach: 'implicit', isRetried: false },
  })
  return notice ?? noticeOf(delivery, topic)
}

async function answerTo(
  deps: DeviceRequestDeps,
  { deviceId, projectId, connection, payload }: Request,
): Promise<{ readonly body: JsonObject; readonly notice?: Notice }> {
  const fault = payload.length === 0 ? undefined : faultOf(payload, deps.limits.jsonDepthMax)
  if (fault !== undefined)
    return {
      body: { errorCode: MALFORMED, errorMsg: `The request must be empty or a JSON object: ${fault}.` },
      notice: { code: 'payload-not-json', params: { detail: fault } },
    }
  const as = await deps.provisioningOf(deviceId, connection)
  if (!as) return { body: { address: deps.accessAddress(undefined) } }
  const group = await findGroup(deps.store, projectId, as.scope)
  if (!group?.enabled)
    return {
      body: { errorCode: NOT_REGISTERED, errorMsg: 'The registration group was switched off or deleted.' },
      notice: { code: 'bootstrap-group-gone', params: { scope: as.scope } },
    }
  return {
    body: {
      address: group.address ?? deps.accessAddress(as.serverName),
      ...(group.initConfig && { initConfig: JSON.stringify(group.initConfig) }),
    },
  }
}

function faultOf(payload: Uint8Array, depthMax: number): string | undefined {
  const json = parseJson(payload, depthMax)
  switch (json.kind) {
    case 'parsed':
      return typeof json.value === 'object' && json.value !== null && !Array.isArray(json.value)
        ? undefined
        : 'it is something else'
    case 'not-json':
      return json.detail
    case 'not-utf8':
      return `byte ${json.offset} is not UTF-8`
    case 'too-deep':
      return 'it is nested too deeply'
  }
}
