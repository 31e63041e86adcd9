export interface Repeated {
  /** Runs the work now, or anew after the run under way; resolves when that run has ended, well or not. */
  now(): Promise<void>
  /** No more runs; waits for the one under way. */
  stop(): Promise<void>
}

/**
 * Runs `work` again `millis` after it has ended, for as long as it is wanted, never twice at once; what it rejects with
 * goes to `failed`.
 */
export function every(
  millis: number,
  work: () => Promise<unknown>,
  failed: (fault: unknown) => void,
): Repeated {
  let stopped = false
  let running = Promise.resolve()
  /** A run that was asked for and has not begun. */
  let asked: Promise<void> | undefined
  let timer = setTimeout(run, millis)
  function run(): void {
    clearTimeout(timer)
    running = work()
      .then(() => undefined, failed)
      .then(() => {
        if (!stopped) timer = setTimeout(run, millis)
      })
  }
  return {
    now() {
      asked ??= running.then(() => {
        asked = undefined
        if (!stopped) run()
        return running
      })
      return asked
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await asked
      await running
    },
  }
}
