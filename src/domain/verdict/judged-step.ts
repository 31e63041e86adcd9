import type { JsonObject } from '../../base/json.ts'
import type { Problem } from '../certificate/leaf-problems.ts'
import type { Step } from './verdict.ts'

/** The steps of a connection, in the order in which they decide (device protocol §2.8). */
export const stepNames = [
  'tls',
  'protocol',
  'server',
  'client-id',
  'keep-alive',
  'username',
  'group',
  'device',
  'signed-hour',
  'password',
  'certificate',
  'chain',
  'fingerprint',
  'provisioning',
  'frozen',
  'secure-access',
] as const
export type StepName = (typeof stepNames)[number]

export const passed = (name: StepName, seen?: JsonObject): Step => ({
  name,
  outcome: 'ok',
  ...(seen && { seen }),
})

export const skipped = (name: StepName): Step => ({ name, outcome: 'skipped' })

/** `seen` and `expected` are the evidence; they never hold a secret or a password. */
export const failed = (name: StepName, problem: Problem, seen?: JsonObject, expected?: JsonObject): Step => ({
  name,
  outcome: 'failed',
  ...problem,
  ...(seen && { seen }),
  ...(expected && { expected }),
})

export const noted = (name: StepName, problem: Problem, seen?: JsonObject): Step => ({
  name,
  outcome: 'noted',
  ...problem,
  ...(seen && { seen }),
})

/** What a peer sent is shown, but not at any length, nor with characters that disturb a terminal or a log line. */
export function clip(text: string, max = 256): string {
  const clean = text.toWellFormed().replaceAll(/[\p{Cc}\p{Cf}]/gu, '\u{fffd}')
  return clean.length <= max ? clean : `${clean.slice(0, max).toWellFormed()}…`
}
