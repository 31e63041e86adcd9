import { DatabaseSync } from 'node:sqlite'
import { OperatorError } from '../base/operator-error.ts'

/**
 * Takes the lock that `file` stands for and returns the function that gives it back; undefined when another
 * process holds it. The lock is an exclusive SQLite transaction: the operating system ends it with the process,
 * so that even kill -9 leaves nothing to clean up. Throws
 * {@link OperatorError} when the file cannot be opened at all.
 */
export function lockFile(file: string): (() => void) | undefined {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file)
    lock.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    lock?.close()
    const { errcode, message } = cause as Error & { errcode?: number }
    // SQLITE_BUSY; anything else (not a database, no right, disk I/O) is not an answer.
    if (errcode === 5) return undefined
    throw new OperatorError(
      `${file} cannot be locked (${message}); see that its disk has space and its folder may be written, or delete the file, which holds nothing.`,
      { cause },
    )
  }
  return () => lock.close()
}
