import { type BatchRow, writeCsv } from './csv.ts'
import type { Verdict } from './rows.ts'

/** Sentences that the platform did not say. */
export interface OwnSentences {
  duplicate(line: number): string
  tooLong(column: string): string
  readonly lost: string
}

const fields = ['row', 'device_id', 'node_id', 'outcome', 'secret', 'error_code', 'error_msg']

/** What became of every row, as a file: it holds the secrets. */
export const resultFile = (
  rows: readonly BatchRow[],
  verdicts: readonly Verdict[],
  sentences: OwnSentences,
): string =>
  writeCsv(
    fields,
    rows.map((row, place) => {
      const verdict = verdicts[place] ?? { kind: 'unchecked' }
      return [
        row.line,
        deviceIdOf(row, verdict),
        row.cells.node_id ?? '',
        outcomes[verdict.kind],
        verdict.kind === 'registered' ? (verdict.secret ?? '') : '',
        verdict.kind === 'refused' ? verdict.code : '',
        sentenceOf(verdict, sentences),
      ]
    }),
  )

const outcomes = {
  unchecked: 'unchecked',
  unsure: 'unknown',
  ready: 'ready',
  registered: 'registered',
  refused: 'refused',
  duplicate: 'refused',
  'too-long': 'refused',
} as const satisfies Record<Verdict['kind'], string>

/** As the platform has it, else as the file does. */
export const deviceIdOf = ({ cells }: BatchRow, verdict: Verdict): string =>
  (verdict.kind === 'ready' || verdict.kind === 'registered' ? verdict.deviceId : undefined) ??
  cells.device_id ??
  ''

/** Why a row was refused, or what is to be known of it; empty when there is nothing to say. */
export function sentenceOf(verdict: Verdict, sentences: OwnSentences): string {
  if (verdict.kind === 'refused') return verdict.sentence
  if (verdict.kind === 'duplicate') return sentences.duplicate(verdict.line)
  if (verdict.kind === 'too-long') return sentences.tooLong(verdict.column)
  return verdict.kind === 'registered' && verdict.lost ? sentences.lost : ''
}
