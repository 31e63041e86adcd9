import type { Position } from '../base/ids.ts'
import type { Entry } from '../domain/entry/entry.ts'
import type { EntryQuery } from '../domain/entry/entry-query.ts'
import type { LogQuery } from '../log/log.ts'

/** Wakes those who follow the log; told by the store thread that the log has advanced. */
export interface LogFollowers {
  advanced(): void
  /** See `OperationDeps.followEntries`. */
  follow(query: EntryQuery, signal: AbortSignal): AsyncIterable<Entry>
}

interface LogReader {
  read(query: LogQuery): Promise<readonly Entry[]>
  head(): Promise<Position>
}

/**
 * Followers look at the log at most this often while it advances all the time: a look is two calls to the store
 * thread, and a hundred followers must not keep it from storing (safety R12).
 */
const restMillis = 50

export function createLogFollowers(log: LogReader): LogFollowers {
  const waiting = new Set<() => void>()
  let generation = 0
  let resting = false
  let advancedMeanwhile = false

  function wakeAll(): void {
    generation++
    for (const wake of waiting) wake()
    resting = true
    advancedMeanwhile = false
    setTimeout(() => {
      resting = false
      if (advancedMeanwhile) wakeAll()
    }, restMillis).unref()
  }

  const change = (seen: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (seen !== generation || signal.aborted) return resolve()
      const wake = (): void => {
        waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      waiting.add(wake)
      signal.addEventListener('abort', wake)
    })

  return {
    advanced() {
      if (resting) advancedMeanwhile = true
      else wakeAll()
    },
    async *follow(query, signal) {
      let after = query.after === undefined ? await log.head() : (Number(query.after) as Position)
      while (!signal.aborted) {
        const seen = generation
        // What lies up to here has been looked at once the read below is through, whatever it filters out.
        const head = await log.head()
        const entries = await log.read({ ...query, after })
        for (const entry of entries) {
          if (signal.aborted) return
          yield entry
          after = entry.position
        }
        if (entries.length === query.limit) continue
        if (head > after) after = head
        await change(seen, signal)
      }
    },
  }
}
