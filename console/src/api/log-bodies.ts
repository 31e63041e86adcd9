/** Bodies of entries of the log, as the platform's tests hold them to (contracts §3): what goes down, and what was not acted on. */

/** What is wrong, and what to do about it, in the reader's language. */
export interface Told {
  readonly code: string
  readonly sentence: string
  readonly remedy: string
}

const downlinkStates = ['pending', 'sent', 'delivered', 'answered', 'failed', 'timeout', 'expired'] as const
export type DownlinkState = (typeof downlinkStates)[number]

const downlinkTypes = ['message', 'command', 'property-set', 'property-get', 'event'] as const
export type DownlinkType = (typeof downlinkTypes)[number]

/** A step in the life of something that is sent to a device. */
export interface DownlinkBody extends Partial<Told> {
  readonly type: DownlinkType
  /** Message id, command id, request id or event id: the same in all its steps. */
  readonly id: string
  readonly state: DownlinkState
  readonly topic?: string
  /** With the first step alone. */
  readonly payload?: string
  readonly payload_encoding?: 'utf8' | 'base64'
  readonly detail?: Readonly<Record<string, unknown>>
}

/** Something a device sent was not acted on, or only in part. */
export interface NoticeBody extends Told {
  readonly params: Readonly<Record<string, string | number>>
  readonly topic?: string
}
