import { parseLegacyAnswer } from '../codec/payload/legacy.ts'
import type { DeviceRequestDeps, Notice, Request } from './request.ts'

/**
 * An answer to a command, a property set or a property get (device protocol §3.0.2): hands it to who waits for it, or to
 * the asynchronous command that nobody waits for.
 */
export async function takeResponse(
  { desired, downlinks, dispatch, limits }: DeviceRequestDeps,
  request: Request,
): Promise<Notice | undefined> {
  if (downlinks.answers.answered(request)) return undefined
  const isCommand = request.parsed.kind === 'command-response' || request.parsed.kind === 'legacy-data-json'
  if (isCommand && (await dispatch.asyncCommands.answered(request))) return undefined
  if (!isCommand && (await desired.answered(request))) return undefined
  return {
    code: 'response-unexpected',
    params: { request_id: request.requestId ?? '', seconds: limits.answerMillisMax / 1000 },
  }
}

/**
 * The same in the form of the earlier platform (§3.14). The listener has found the request that its `mid` stands for; it
 * stands for none when the command went out over an earlier connection.
 */
export async function takeLegacyResponse(
  deps: DeviceRequestDeps,
  request: Request,
): Promise<Notice | undefined> {
  const answer = parseLegacyAnswer(request.payload)
  if (answer?.mid === undefined)
    return {
      code: 'payload-invalid',
      params: { field: 'mid', rule: 'must be a whole number from 1 to 65535' },
    }
  if (request.requestId !== undefined) return takeResponse(deps, { ...request, payload: answer.payload })
  return {
    code: 'response-unexpected',
    params: { request_id: `mid ${answer.mid}`, seconds: deps.limits.answerMillisMax / 1000 },
  }
}
