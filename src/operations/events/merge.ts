/**
 * The items of all sources as they come, until the last source ends or one throws. Each source is asked for its next
 * item only when the one before has been taken: a slow consumer slows them all, and costs an item each.
 */
export async function* merge<T>(...sources: readonly AsyncIterable<T>[]): AsyncGenerator<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]())
  const ask = (iterator: AsyncIterator<T>) => {
    const asking = iterator.next().then((result) => ({ iterator, result }))
    // Whoever gives up after an item does not hear of a failure behind it.
    asking.catch(() => undefined)
    return asking
  }
  const asked = new Map(iterators.map((iterator) => [iterator, ask(iterator)]))
  try {
    while (asked.size > 0) {
      const { iterator, result } = await Promise.race(asked.values())
      asked.delete(iterator)
      if (result.done) continue
      asked.set(iterator, ask(iterator))
      yield result.value
    }
  } finally {
    // Not awaited: one that waits for its next item ends when its signal aborts.
    for (const iterator of asked.keys()) void iterator.return?.().catch(() => undefined)
  }
}
