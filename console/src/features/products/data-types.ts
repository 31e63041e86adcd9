import type { AccessMethod, DataType } from './model.ts'

/** The types of the wire, by the names of their texts (`model.types`), in the order of a choice. */
export const dataTypeNames = {
  int: 'int',
  long: 'long',
  decimal: 'decimal',
  string: 'string',
  DateTime: 'dateTime',
  enum: 'enum',
  boolean: 'boolean',
  jsonObject: 'jsonObject',
  'string list': 'stringList',
} as const satisfies Record<DataType, string>

/** R readable, W writable, E reported on change; the wire has them in this order. */
export const accessLetters = ['R', 'W', 'E'] as const
export type AccessLetter = (typeof accessLetters)[number]

/** Undefined for no letter at all, which is no access method. */
export function accessMethodOf(letters: readonly AccessLetter[]): AccessMethod | undefined {
  const method = accessLetters.filter((letter) => letters.includes(letter)).join('')
  return method === '' ? undefined : (method as AccessMethod)
}

export const lettersOf = (method: AccessMethod): readonly AccessLetter[] =>
  accessLetters.filter((letter) => method.includes(letter))
