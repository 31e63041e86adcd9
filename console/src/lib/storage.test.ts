import { expect, test } from 'vitest'
import { recall, remember } from './storage.ts'

function aStorage(): Storage {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage
}

const noStorage = (): Storage => {
  throw new DOMException('denied', 'SecurityError')
}

test('what is remembered is recalled, until it is forgotten', () => {
  const storage = aStorage()

  expect(remember('theme', 'dark', () => storage)).toBe(true)
  expect(recall('theme', () => storage)).toBe('dark')
  expect(recall('language', () => storage)).toBeUndefined()

  remember('theme', undefined, () => storage)
  expect(recall('theme', () => storage)).toBeUndefined()
})

test('a browser that keeps nothing is answered, not thrown at', () => {
  expect(remember('theme', 'dark', noStorage)).toBe(false)
  expect(recall('theme', noStorage)).toBeUndefined()
})
