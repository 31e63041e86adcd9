/**
 * What whoever runs the platform can mend: a setting, a file, a right, a full disk. The message is one sentence
 * that names it and the remedy; it is shown without a stack.
 */
export class OperatorError extends Error {
  override readonly name: string = 'OperatorError'
}
