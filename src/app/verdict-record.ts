import type { NewEntry } from '../domain/entry/entry.ts'
import { RecordWriter } from '../log/record.ts'

const writer = new RecordWriter(4096)

/** The entry of a verdict as a record of the log: bytes cross to another thread as they are, an object is cloned. */
export function verdictRecord(entry: Omit<Extract<NewEntry, { kind: 'connection' }>, 'kind'>): Uint8Array {
  writer.entry({ kind: 'connection', ...entry })
  return writer.take()
}
