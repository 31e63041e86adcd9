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
  const isCommand = request.parsed.kind === 'command-response'
  if (isCommand && (await dispatch.asyncCommands.answered(request))) return undefined
  if (!isCommand && (await desired.answered(request))) return undefined
  return {
    code: 'response-unexpected',
    params: { request_id: request.requestId ?? '', seconds: limits.answerMillisMax / 1000 },
  }
}
