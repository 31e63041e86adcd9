import { Refusal } from '../../base/refusal.ts'
import type { EntryKind } from '../../domain/entry/entry.ts'

/** Every kind, once: the compiler holds the list to the log's. */
const kinds = {
  report: true,
  'message-up': true,
  'event-up': true,
  response: true,
  status: true,
  connection: true,
  config: true,
  audit: true,
  request: true,
  downlink: true,
  notice: true,
} as const satisfies Record<EntryKind, true>

const isKind = (text: string): text is EntryKind => Object.hasOwn(kinds, text)

export const kindNames = Object.keys(kinds).join(', ')

/** The parts of a list with commas; undefined when there is none. */
export const listed = (text: string | undefined): readonly string[] | undefined =>
  text
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

/** Reads a list of kinds; refuses what is none. */
export function parseKinds(names: readonly string[] | undefined): readonly EntryKind[] | undefined {
  const known = names?.filter(isKind)
  if (known?.length !== names?.length)
    throw new Refusal('invalid-input', { field: 'kinds', rule: `must be some of ${kindNames}` })
  return known
}
