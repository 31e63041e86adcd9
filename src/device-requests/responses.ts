import type { DeviceRequestDeps, Notice, Request } from './request.ts'

/** An answer to a command, a property set or a property get: hands it to who waits for it (device protocol §3.0.2). */
export async function takeResponse(
  { downlinks, limits }: DeviceRequestDeps,
  request: Request,
): Promise<Notice | undefined> {
  if (downlinks.answers.answered(request)) return undefined
  return {
    code: 'response-unexpected',
    params: { request_id: request.requestId ?? '', seconds: limits.answerMillisMax / 1000 },
  }
}
