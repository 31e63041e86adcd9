import { join } from 'node:path'
import type { Position } from '../../base/ids.ts'
import { type Faults, Sqlite } from '../../sql/sqlite.ts'

/*
 * `folded`: all rows of the log up to there are in files. `folding`: so far a fold that was begun may have got; rows
 * between the two may be in files already when the log is applied again after a crash.
 */
export interface Progress {
  readonly folded: Position
  readonly folding: Position
}

/** The file that says how far the log has been folded; `close()` ends it. */
export class ProgressFile {
  readonly #db: Sqlite

  constructor(folder: string, faults?: Faults) {
    const file = join(folder, 'history-progress.db')
    this.#db = new Sqlite({ file, durability: 'full', ...(faults ? { faults } : {}) })
    try {
      this.#db.transaction(() => {
        this.#db.exec(
          'CREATE TABLE IF NOT EXISTS progress (folded INTEGER NOT NULL, folding INTEGER NOT NULL)',
        )
        this.#db.run('INSERT INTO progress SELECT 0, 0 WHERE NOT EXISTS (SELECT 1 FROM progress)')
      })
    } catch (fault) {
      this.#db.close()
      throw fault
    }
  }

  read(): Progress {
    const row = this.#db.get('SELECT folded, folding FROM progress')
    return {
      folded: Number(row?.['folded'] ?? 0) as Position,
      folding: Number(row?.['folding'] ?? 0) as Position,
    }
  }

  write({ folded, folding }: Progress): void {
    this.#db.transaction(() => this.#db.run('UPDATE progress SET folded = ?, folding = ?', [folded, folding]))
  }

  close(): void {
    this.#db.close()
  }
}
