import type { DataType } from './model.ts'

/** Of these types a default value is typed as it is; of all others as JSON. */
const isTypedAsText = (type: DataType): boolean => type === 'string' || type === 'DateTime' || type === 'enum'

/** A default value as it stands in its field. */
export const defaultText = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)

/** What was typed, as a value of the type; 'unreadable' when it is none. Nothing typed: undefined. */
export function defaultValueOf(type: DataType, text: string): { readonly value: unknown } | 'unreadable' {
  if (text.trim() === '') return { value: undefined }
  if (isTypedAsText(type)) return { value: text }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'unreadable'
  }
  return fits(type, value) ? { value } : 'unreadable'
}

function fits(type: DataType, value: unknown): boolean {
  if (type === 'boolean') return typeof value === 'boolean'
  if (type === 'string list') return Array.isArray(value) && value.every((each) => typeof each === 'string')
  if (type === 'jsonObject') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'decimal') return typeof value === 'number'
  return Number.isInteger(value)
}
