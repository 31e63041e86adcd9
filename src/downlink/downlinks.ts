import type { SendBroadcast, SendDownlink } from '../domain/downlink/downlink.ts'
import type { WaitingAnswers } from './waiting.ts'

/** What goes down to devices, as operations, jobs and device requests see it. */
export interface Downlinks {
  readonly send: SendDownlink
  readonly broadcast: SendBroadcast
  readonly answers: WaitingAnswers
}
