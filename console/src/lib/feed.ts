/** Hands what comes to whoever reads at that moment, in groups; keeps nothing. */
export interface Feed<T> {
  publish(items: readonly T[]): void
  /** Returns what ends it. */
  subscribe(reader: (items: readonly T[]) => void): () => void
}

export function createFeed<T>(): Feed<T> {
  const readers = new Set<(items: readonly T[]) => void>()
  return {
    publish(items) {
      for (const reader of readers) reader(items)
    },
    subscribe(reader) {
      readers.add(reader)
      return () => void readers.delete(reader)
    },
  }
}
