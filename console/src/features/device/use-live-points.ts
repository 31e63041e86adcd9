import { useEffect, useState } from 'react'
import type { Feed } from '../../lib/feed.ts'
import { type LivePoint, livePoints, type Period } from './history.ts'
import type { ReportedService } from './reports.ts'

/** So many are kept beside what was read: six seconds of a device that reports 500 times a second. */
export const LIVE_POINTS_MAX = 3000

/** What has been reported of a service since the page was opened: the newest of it, oldest first. */
export function useLivePoints(reports: Feed<ReportedService>, serviceId: string): readonly LivePoint[] {
  const [points, setPoints] = useState<readonly LivePoint[]>([])
  useEffect(
    () =>
      reports.subscribe((came) => {
        const fresh = livePoints(came, serviceId, Date.now())
        if (fresh.length > 0) setPoints((before) => [...before, ...fresh].slice(-LIVE_POINTS_MAX))
      }),
    [reports, serviceId],
  )
  return points
}

/** So many steps bring a moment from the right edge of a chart to its left one. */
const STEPS = 900
const STEP_MILLIS = { least: 1000, most: 60_000 }

/** Now, stepping as often as a chart of this period can show it; without a period it stands. */
export function useTick(period: Period | undefined): number {
  const [now, setNow] = useState(() => Date.now())
  const step =
    period && Math.min(Math.max((period.to - period.from) / STEPS, STEP_MILLIS.least), STEP_MILLIS.most)
  useEffect(() => {
    if (step === undefined) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), step)
    return () => clearInterval(timer)
  }, [step])
  return now
}
