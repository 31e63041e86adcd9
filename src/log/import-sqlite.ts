import { join } from 'node:path'
import { OperatorError } from '../base/operator-error.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { Sqlite, type SqlRow } from '../sql/sqlite.ts'
import type { Files } from './files.ts'

/*
 * Before segments the log was one SQLite file. It is copied once, into a folder beside the log's, which becomes the log
 * when it is whole: a copy that was cut short is begun again.
 */

const BATCH_ENTRIES = 5000
/** Stands in the folder from when all is copied until the old file has its new name. */
const DONE = 'imported'

export interface Import {
  /** Where the log shall be. */
  readonly folder: string
  /** The old log; nothing is done when it is not there. */
  readonly file: string
  readonly files: Files
  /** Appends to the log in this folder, the first entry at position 1, and flushes. */
  write(folder: string, batches: Iterable<readonly NewEntry[]>): void
}

/** Throws an `OperatorError` when the old log cannot be read or copied. */
export function importSqliteLog({ folder, file, files, write }: Import): void {
  files.makeFolder(folder)
  if (files.exists(file) && files.list(folder).length === 0) {
    const copy = `${folder}.tmp`
    files.remove(copy)
    copyLog(file, (batches) => write(copy, batches))
    files.close(files.open(join(copy, DONE), 'make'))
    files.flushFolder(copy)
    files.remove(folder)
    files.rename(copy, folder)
    files.flushFolder(join(folder, '..'))
  }
  if (!files.exists(join(folder, DONE))) return
  if (files.exists(file)) files.rename(file, `${file}.imported`)
  files.flushFolder(join(folder, '..'))
  files.remove(join(folder, DONE))
}

function copyLog(file: string, write: (batches: Iterable<readonly NewEntry[]>) => void): void {
  const db = new Sqlite({ file, durability: 'full' })
  try {
    const version = db.get('PRAGMA user_version')?.['user_version']
    if (version === 1) write(entriesOf(db, file))
    // 0: a start that was cut short had made the file and no table.
    else if (version !== 0)
      throw new OperatorError(
        `${file} has format ${String(version)}, this version of Quayside reads format 1. ` +
          'Start the version that wrote it, or restore a backup made before the upgrade.',
      )
    else write([])
  } finally {
    db.close()
  }
}

function* entriesOf(db: Sqlite, file: string): Iterable<readonly NewEntry[]> {
  for (let after = 0; ;) {
    const rows = db.all(
      'SELECT position, at, project_id, kind, device_id, body FROM entry WHERE position > ? ORDER BY position LIMIT ?',
      [after, BATCH_ENTRIES],
    )
    if (rows.length === 0) return
    after += rows.length
    if (rows.at(-1)?.['position'] !== after)
      throw new OperatorError(
        `${file} cannot be copied: entries are missing before ${String(rows.at(-1)?.['position'])}. ` +
          `Restore it from a backup, or move it out of the data folder to begin with an empty log.`,
      )
    yield rows.map(entryOf)
  }
}

function entryOf({ at, project_id: projectId, kind, device_id: deviceId, body }: SqlRow): NewEntry {
  // What stands in the table was an entry when it was written.
  return {
    at,
    projectId,
    kind,
    ...(deviceId === null ? {} : { deviceId }),
    body: JSON.parse(String(body)) as unknown,
  } as NewEntry
}
