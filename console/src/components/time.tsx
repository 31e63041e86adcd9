import { Tooltip } from 'antd'
import { useSyncExternalStore } from 'react'
import { dayOf, exactTime, parseWireTime, relativeTime, utcTime } from '../lib/time.ts'
import { useLanguage } from './language.ts'

/** Every relative time on the page steps together, by one timer that runs only while one of them is shown. */
const STEP_MILLIS = 15_000
const readers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  timer ??= setInterval(() => {
    for (const each of readers) each()
  }, STEP_MILLIS)
  return () => {
    readers.delete(reader)
    if (readers.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** Epoch milliseconds of the last step: the same for all readers within it. */
const lastStep = (): number => Math.floor(Date.now() / STEP_MILLIS) * STEP_MILLIS

export const useNow = (): number => useSyncExternalStore(subscribe, lastStep)

/** `now`, unless `at` lies between two steps: what is younger than the step is of now, not of the future. */
export const caughtUp = (now: number, at: number): number => (at > now && at <= now + STEP_MILLIS ? at : now)

interface TimeProps {
  /** As the wire has it. */
  readonly at: string
  /** What is read at a glance: how far it is from now, or, of dates that people compare, the day. */
  readonly as?: 'distance' | 'day'
}

/** A time on the wire, relative to now or as a day; exact, in the browser's zone and in UTC, on hover or focus. */
export function Time({ at, as = 'distance' }: TimeProps) {
  const language = useLanguage()
  const now = useNow()
  const millis = parseWireTime(at)
  if (millis === undefined) return <span className="code">{at}</span>
  return (
    <Tooltip
      title={
        <span className="lines">
          <span>{exactTime(millis, language)}</span>
          <span className="code">{utcTime(millis)}</span>
        </span>
      }
    >
      <time dateTime={new Date(millis).toISOString()} tabIndex={0}>
        {as === 'day' ? dayOf(millis, language) : relativeTime(millis, caughtUp(now, millis), language)}
      </time>
    </Tooltip>
  )
}
