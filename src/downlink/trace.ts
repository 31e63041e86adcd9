import type { DeviceId, ProjectId } from '../base/ids.ts'
import { Buffer, isUtf8 } from 'node:buffer'
import type { DownlinkEntry } from '../domain/entry/entry.ts'
import type { DownlinkDeps } from './deps.ts'

type TraceDeps = Pick<DownlinkDeps, 'append' | 'clock' | 'logger'>

/** The device that a step is about: the one meant, not the gateway that carries it. */
export interface Traced {
  readonly projectId: ProjectId
  readonly deviceId: DeviceId
}

/** Writes a step of a downlink to the log; resolves when it is there, rejects when it cannot be. */
export async function record(
  { append, clock }: TraceDeps,
  device: Traced,
  body: DownlinkEntry,
): Promise<void> {
  const { projectId, deviceId } = device
  await append([{ kind: 'downlink', at: clock.now(), projectId, deviceId, body }])
}

/**
 * The same for a step that is settled in the registry already: where it cannot be written, that is logged, and
 * nothing else comes of it. Steps stand in the log in the order of these calls.
 */
export function trace(deps: TraceDeps, device: Traced, body: DownlinkEntry): void {
  record(deps, device, body).catch((fault: unknown) =>
    deps.logger.error(
      { err: fault, deviceId: device.deviceId, id: body.id },
      'a step of a downlink is not in the log',
    ),
  )
}

/** A payload as an entry holds it. */
export function payloadFields(payload: Uint8Array): Pick<DownlinkEntry, 'payload' | 'payloadEncoding'> {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
  return isUtf8(bytes)
    ? { payload: bytes.toString('utf8'), payloadEncoding: 'utf8' }
    : { payload: bytes.toString('base64'), payloadEncoding: 'base64' }
}
