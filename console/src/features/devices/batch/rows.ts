import type { CallInput, Reply } from '../../../api/client.ts'
import { authTypeText, type BatchColumn, type BatchRow, CELL_CHARACTERS_MAX, columns } from './csv.ts'

type Operation = 'POST /quayside/v1/{project_id}/devices/batch'
export type WireRow = CallInput<Operation>['body']['devices'][number]
export type RowResult = Reply<Operation>['results'][number]

/** What applies to rows that name none themselves. */
export interface BatchDefaults {
  readonly spaceId: string | undefined
  readonly productId: string | undefined
  readonly authType: string
}

/** What is known of a row. */
export type Verdict =
  | { readonly kind: 'unchecked' }
  | { readonly kind: 'ready'; readonly deviceId: string }
  | { readonly kind: 'refused'; readonly code: string; readonly sentence: string }
  /** An earlier row of the file registers the same device. */
  | { readonly kind: 'duplicate'; readonly line: number }
  | { readonly kind: 'too-long'; readonly column: BatchColumn }
  /** Sent to be registered, and no answer came: it may or may not be. */
  | { readonly kind: 'unsure' }
  /** `secret`: absent for certificates, and where the answer that held it was lost. */
  | { readonly kind: 'registered'; readonly deviceId: string; readonly secret?: string; readonly lost?: true }

/** A row as the platform takes it. What it does not take is sent as it stands: the platform says what is wrong. */
export function wireRow({ cells }: BatchRow, defaults: BatchDefaults): WireRow {
  const productId = cells.product_id ?? defaults.productId
  const { node_id: nodeId = '', auth_type: authType, ...others } = cells
  return {
    ...others,
    node_id: nodeId,
    // Absent ones are for the platform to refuse.
    ...(productId !== undefined && { product_id: productId }),
    ...(defaults.spaceId !== undefined && { app_id: defaults.spaceId }),
    auth_type: authTypeText(authType ?? defaults.authType),
  } as WireRow
}

/** The platform's bounds of one request. */
const CHUNK_ROWS_MAX = 500
const CHUNK_BYTES_MAX = 900_000

/** Places of the rows in groups that one request can take. */
export function chunksOf(
  places: readonly number[],
  wire: (place: number) => WireRow,
): readonly (readonly number[])[] {
  const encoder = new TextEncoder()
  const chunks: number[][] = []
  let bytes = 0
  for (const place of places) {
    const size = encoder.encode(JSON.stringify(wire(place))).length + 1
    const last = chunks.at(-1)
    if (!last || last.length === CHUNK_ROWS_MAX || bytes + size > CHUNK_BYTES_MAX) {
      chunks.push([place])
      bytes = size
    } else {
      last.push(place)
      bytes += size
    }
  }
  return chunks
}

/** What can be said of a row without asking: a cell that no request should carry. */
export function ownVerdict({ cells }: BatchRow): Verdict {
  const column = columns.find((name) => (cells[name]?.length ?? 0) > CELL_CHARACTERS_MAX)
  return column === undefined ? { kind: 'unchecked' } : { kind: 'too-long', column }
}

/** As the platform makes it of a row that names none. */
const deviceIdOf = (wire: WireRow): string => wire.device_id ?? `${wire.product_id}_${wire.node_id}`

/** Names under which a row would be registered; no two rows of a file may share one. */
export const namesOf = (wire: WireRow): readonly string[] => [
  `device ${deviceIdOf(wire)}`,
  `node ${wire.app_id ?? ''} ${wire.product_id} ${wire.node_id}`,
]

/** Codes of "there is already such a device", by its ID or by its node ID. */
const taken = ['QS.device-exists', 'QS.node-exists']

/** The platform's answer about a row, of a dry run or not. */
export function verdictOf(result: RowResult, wire: WireRow, wasUnsure: boolean): Verdict {
  const {
    outcome,
    device_id: deviceId = deviceIdOf(wire),
    secret,
    error_code: code = '',
    error_msg: sentence = '',
  } = result
  if (outcome === 'ready') return { kind: 'ready', deviceId }
  if (outcome === 'registered')
    return { kind: 'registered', deviceId, ...(secret !== undefined && { secret }) }
  // It was found good before and sent: that it is there now is our own doing.
  if (wasUnsure && taken.includes(code)) return { kind: 'registered', deviceId, lost: true }
  return { kind: 'refused', code, sentence }
}

/** How many rows are in which state. */
export interface BatchCounts {
  readonly ready: number
  readonly refused: number
  readonly registered: number
  /** Not checked yet, or sent without an answer. */
  readonly open: number
}

export function countsOf(verdicts: readonly Verdict[]): BatchCounts {
  const counts = { ready: 0, refused: 0, registered: 0, open: 0 }
  for (const verdict of verdicts) counts[stateOf(verdict)] += 1
  return counts
}

const states = {
  unchecked: 'open',
  unsure: 'open',
  ready: 'ready',
  registered: 'registered',
  refused: 'refused',
  duplicate: 'refused',
  'too-long': 'refused',
} as const satisfies Record<Verdict['kind'], keyof BatchCounts>

export const stateOf = ({ kind }: Verdict): keyof BatchCounts => states[kind]
