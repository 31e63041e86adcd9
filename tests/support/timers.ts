import type { aClock } from './builders.ts'

/** Timers that a test moves on, with the clock beside them. */
export interface TestTimers {
  later(millis: number, work: () => void): () => void
  /** Passes time, and lets what is due happen, with what follows upon it. */
  pass(millis: number): Promise<void>
}

export function aTimers(clock: ReturnType<typeof aClock>): TestTimers {
  let waiting: { readonly at: number; readonly work: () => void }[] = []
  const calm = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
  }
  return {
    later(millis, work) {
      const timer = { at: clock.now() + millis, work }
      waiting.push(timer)
      return () => (waiting = waiting.filter((one) => one !== timer))
    },
    async pass(millis) {
      await calm()
      const until = clock.now() + millis
      for (;;) {
        const [next] = waiting.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)
        if (!next) break
        waiting = waiting.filter((one) => one !== next)
        clock.advance(Math.max(0, next.at - clock.now()))
        next.work()
        await calm()
      }
      clock.advance(until - clock.now())
    },
  }
}
