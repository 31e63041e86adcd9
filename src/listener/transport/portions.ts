/** Things that are begun at once while there are few, and in portions, one a turn of the event loop, while there are many. */
export interface Portions<T> {
  add(item: T): void
}

/** `begin` must not throw. What waits is bounded by whoever adds. */
export function createPortions<T>(most: number, begin: (item: T) => void): Portions<T> {
  let waiting: T[] = []
  let begun = 0
  const turn = () => {
    const portion = waiting.slice(0, most)
    waiting = waiting.slice(most)
    begun = portion.length
    if (begun > 0) setImmediate(turn)
    for (const item of portion) begin(item)
  }
  return {
    add(item) {
      if (begun >= most) return void waiting.push(item)
      if (begun++ === 0) setImmediate(turn)
      begin(item)
    },
  }
}
