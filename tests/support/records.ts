import type { Position } from '../../src/base/ids.ts'
import type { Entry } from '../../src/domain/entry/entry.ts'
import { RecordCursor, RecordWriter } from '../../src/log/record.ts'
import { aConnectionVerdict, DEVICE, NOON, PROJECT } from './builders.ts'

/** The entry of an accepted connection as a record of the log. */
export function aConnectionRecord(): Uint8Array {
  const writer = new RecordWriter()
  const body = aConnectionVerdict()
  writer.entry({ kind: 'connection', at: NOON, projectId: PROJECT, deviceId: DEVICE, body })
  return writer.take()
}

/** What stands in `count` records that follow upon one another, none of them of a stored report. */
export function entriesOf(records: Uint8Array, count: number): readonly Entry[] {
  const cursor = new RecordCursor()
  const entries: Entry[] = []
  for (let start = 0; entries.length < count; start += cursor.size) {
    cursor.move(records, start)
    entries.push(
      cursor.entry(1 as Position, () => {
        throw new Error('a stored report')
      }),
    )
  }
  return entries
}
