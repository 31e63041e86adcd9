import { describe, expect, test } from 'vitest'
import { readDraft, type ValueRule } from './commands/values.ts'
import { changesOf, draftOf } from './desired.ts'

const rules: readonly ValueRule[] = [
  { name: 'limit', data_type: 'int' },
  { name: 'on', data_type: 'boolean' },
  { name: 'label', data_type: 'string' },
]

describe('what is desired, as a form', () => {
  test('is filled in with what is desired already, a boolean in words', () => {
    expect([...draftOf(rules, { limit: 5, on: 1, gone: 7 }).fields]).toEqual([
      ['limit', '5'],
      ['on', 'true'],
    ])
  })

  test('saved as it was opened changes nothing', () => {
    const desired = { limit: 5, on: true, label: 'a', gone: 7 }
    const draft = draftOf(rules, desired)

    expect(changesOf(desired, draft, readDraft(rules, draft) ?? {})).toBeUndefined()
  })

  test('sends what is new or other, and null for what was emptied; what it does not show stays', () => {
    const desired = { limit: 5, on: true, gone: 7 }
    const draft = draftOf(rules, desired)

    expect(changesOf(desired, draft, { limit: 6, label: 'b' })).toEqual({ limit: 6, label: 'b', on: null })
  })

  test('an empty text that is desired looks like nothing in its field, and stays', () => {
    const desired = { label: '', limit: 1 }

    expect(changesOf(desired, draftOf(rules, desired), { limit: 2 })).toEqual({ limit: 2 })
  })
})
