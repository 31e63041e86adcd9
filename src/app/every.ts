/**
 * Runs `work` again `millis` after it has ended, for as long as it is wanted; what it rejects with goes to `failed`.
 * The returned function stops that and waits for a run under way.
 */
export function every(
  millis: number,
  work: () => Promise<unknown>,
  failed: (fault: unknown) => void,
): () => Promise<void> {
  let running = Promise.resolve()
  let stopped = false
  let timer = setTimeout(tick, millis)
  function tick(): void {
    running = work()
      .then(() => undefined, failed)
      .then(() => {
        if (!stopped) timer = setTimeout(tick, millis)
      })
  }
  return async () => {
    stopped = true
    clearTimeout(timer)
    await running
  }
}
