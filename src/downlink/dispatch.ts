import type { Device } from '../domain/device/device.ts'
import { ask, type Asked, type Question } from './ask.ts'
import { type AsyncCommands, createAsyncCommands } from './async-commands.ts'
import type { DownlinkDeps } from './deps.ts'
import { type AnsweredProperties, keepAsReport } from './keep-as-report.ts'
import { createMessages, type Messages } from './messages.ts'

/** What applications send to devices, on the main thread. */
export interface Dispatch {
  readonly messages: Messages
  readonly asyncCommands: AsyncCommands
  /** See {@link ask}. */
  ask(question: Question): Promise<Asked>
  /** See {@link keepAsReport}. */
  keepAsReport(device: Device, requestId: string, answered: AnsweredProperties): Promise<void>
}

export const createDispatch = (deps: DownlinkDeps): Dispatch => ({
  messages: createMessages(deps),
  asyncCommands: createAsyncCommands(deps),
  ask: (question) => ask(deps, question),
  keepAsReport: (device, requestId, answered) => keepAsReport(deps, device, requestId, answered),
})
