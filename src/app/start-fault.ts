import { OperatorError } from '../base/operator-error.ts'
import { isRefusal } from '../base/refusal.ts'

/**
 * The one sentence for whoever runs the platform, when what ended a start is something to be mended: a setting, a
 * file, a right, a port, a full disk. Undefined for a bug of ours, which is worth its stack.
 */
export function startSentence(fault: unknown): string | undefined {
  if (!(fault instanceof Error)) return undefined
  if (fault instanceof OperatorError) return fault.message
  // What the store tells callers; its cause says what there is to be mended.
  if (isRefusal(fault)) return startSentence(fault.cause)
  const { code, syscall, errcode } = fault as NodeJS.ErrnoException & { readonly errcode?: unknown }
  // node:sqlite: SQLite's own result code, e.g. 13 for a full disk.
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number')
    return `A database in the data folder cannot be used (${fault.message}); see that the disk has space and works, and that the files are ours, or restore a backup.`
  if (code === undefined || syscall === undefined) return undefined
  return syscall === 'listen'
    ? `A port cannot be opened (${fault.message}); stop the program that has it, or set another port.`
    : `A file that the platform needs cannot be used (${fault.message}); see that the disk has space and that the file may be read and written.`
}
