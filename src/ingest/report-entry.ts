import { fill } from '../base/refusal.ts'
import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import type { Acceptance } from '../domain/uplink/acceptance.ts'
import type { Uplink } from '../domain/uplink/uplink.ts'
import { reportCodes } from '../domain/verdict/report-codes.ts'
import type { ReportVerdict } from '../domain/verdict/verdict.ts'
import { payloadText } from './payload-text.ts'

/** All values stored: what nearly every report gets, made once. */
export const ALL_STORED: Acceptance = { reasonCode: 0x00, userProperties: [['verdict', 'report-stored']] }

/** A report with a verdict of its own. `firstReceivedAt`: it repeats one that is in the log (safety R4). */
export function reportEntry(
  {
    deviceId,
    projectId,
    topic,
    requestId,
    payload,
  }: Pick<Uplink, 'deviceId' | 'projectId' | 'topic' | 'requestId' | 'payload'>,
  at: Instant,
  firstReceivedAt: Instant | undefined,
  verdict: ReportVerdict,
): NewEntry {
  const tooLarge = verdict.code === 'report-too-large' || payload.byteLength > limits.reportBytesMax
  const body = {
    topic,
    // A report of a megabyte that is refused must not fill the disk: its beginning is evidence enough.
    ...payloadText(tooLarge ? payload.subarray(0, KEPT_OF_TOO_LARGE_BYTES) : payload),
    ...(tooLarge ? { payloadBytes: payload.byteLength } : {}),
    ...(requestId === undefined ? {} : { requestId }),
    ...(firstReceivedAt === undefined ? {} : { repeats: true as const }),
    verdict,
  }
  return { kind: 'report', at, projectId, deviceId, body }
}

const KEPT_OF_TOO_LARGE_BYTES = 1024

/**
 * The PUBACK's fields (design §3.1; MQTT 5.0 §3.4.2.1): all stored 0x00; some stored 0x00 with a reason string;
 * nothing stored 0x99, or 0x95 when it was too large.
 */
export function acceptanceOf(verdict: ReportVerdict): Acceptance {
  const { outcome, code, params } = verdict
  const userProperties = [['verdict', code]] as const
  if (outcome === 'accepted') return ALL_STORED
  const reasonString = shortReason(fill(reportCodes[code].en.sentence, params))
  if (outcome === 'noted') return { reasonCode: 0x00, reasonString, userProperties }
  return { reasonCode: code === 'report-too-large' ? 0x95 : 0x99, reasonString, userProperties }
}

export const shortReason = (sentence: string): string => sentence.slice(0, REASON_LENGTH_MAX).toWellFormed()

const REASON_LENGTH_MAX = 256
