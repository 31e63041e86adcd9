/** Hands on what is added in groups, at most one every `millis`: a storm of events becomes few renderings. */
export interface Batch<T> {
  add(item: T): void
  /** Forgets what waits. */
  close(): void
}

/** Of what waits, only the last `max` are kept: nobody reads more, and nothing may grow without end. */
export function createBatch<T>(
  hand: (items: readonly T[]) => void,
  { millis, max }: { readonly millis: number; readonly max: number },
): Batch<T> {
  let waiting: T[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    const items = waiting
    waiting = []
    timer = undefined
    hand(items)
  }
  return {
    add(item) {
      waiting.push(item)
      if (waiting.length > max) waiting.shift()
      timer ??= setTimeout(flush, millis)
    },
    close() {
      clearTimeout(timer)
      timer = undefined
      waiting = []
    },
  }
}
