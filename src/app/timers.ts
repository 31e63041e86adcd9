/** Single-shot timers that end with their owner. */
export interface Timers {
  /** Runs `work` once, after so many milliseconds; answers how to call it off. */
  later(millis: number, work: () => void): () => void
  /** None of them fires any more. */
  close(): void
}

export function createTimers(): Timers {
  const running = new Set<NodeJS.Timeout>()
  return {
    later(millis, work) {
      const timer = setTimeout(() => {
        running.delete(timer)
        work()
      }, millis)
      running.add(timer)
      return () => {
        running.delete(timer)
        clearTimeout(timer)
      }
    },
    close() {
      for (const timer of running) clearTimeout(timer)
      running.clear()
    },
  }
}
