import { DatabaseSync } from 'node:sqlite'

/**
 * Takes the lock that `file` stands for and returns the function that gives it back; undefined when another
 * process holds it. The lock is an exclusive SQLite transaction: the operating system ends it with the process,
 * so that even kill -9 leaves nothing to clean up. Throws when the file cannot be opened at all.
 */
export function lockFile(file: string): (() => void) | undefined {
  const lock = new DatabaseSync(file)
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (fault) {
    lock.close()
    // SQLITE_BUSY; anything else (not a database, disk I/O) is not an answer.
    if ((fault as { errcode?: number }).errcode === 5) return undefined
    throw fault
  }
  return () => lock.close()
}
