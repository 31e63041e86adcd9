import { performance } from 'node:perf_hooks'

/**
 * Gathers what is to be said to another thread: the answer resolves at the end of this turn of the event loop, or
 * `millis` after the last time, together with all that asked meanwhile and in the order in which they did.
 */
export function createPace(millis: number): () => Promise<void> {
  let lastAt = -Infinity
  let next: PromiseWithResolvers<void> | undefined
  const go = (): void => {
    const due = next
    next = undefined
    lastAt = performance.now()
    due?.resolve()
  }
  return () => {
    if (!next) {
      next = Promise.withResolvers()
      const wait = millis - (performance.now() - lastAt)
      if (wait > 0) setTimeout(go, wait)
      else setImmediate(go)
    }
    return next.promise
  }
}
