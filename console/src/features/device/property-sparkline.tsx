import { useQuery } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { Sparkline } from '../../components/sparkline.tsx'
import { useNow } from '../../components/time.tsx'
import { numberText } from '../../lib/format.ts'
import { DAY } from '../../lib/time.ts'
import type { Place } from './device.ts'
import { lineOfSlices, slicesQuery } from './history.ts'

const SLICES = 48
/** Milliseconds of a slice: half an hour. */
const WIDTH = DAY / SLICES

interface PropertySparklineProps {
  readonly place: Place
  readonly serviceId: string
  readonly property: string
  /** Of the newest value: one that came after the drawing is a reason to draw again. */
  readonly receivedAt: string | undefined
}

/** The last 24 hours of a property; asked for only once it is seen, and while values come at most once a minute. */
export function PropertySparkline({ place, serviceId, property, receivedAt }: PropertySparklineProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const element = useRef<HTMLSpanElement>(null)
  const seen = useSeen(element)
  // Whole slices, so that the question stays the same for half an hour.
  const to = Math.ceil(useNow() / WIDTH) * WIDTH
  const from = to - DAY
  const day = useQuery({
    ...slicesQuery(place, { serviceId, property, from, to, open: false, slices: SLICES }),
    enabled: seen,
    staleTime: 60_000,
    placeholderData: (before) => before,
  })
  const drawAgain = useEffectEvent(() => {
    if (seen && day.isStale && !day.isFetching) void day.refetch()
  })
  useEffect(() => drawAgain(), [receivedAt])
  const sums = [...(day.data?.sums.values() ?? [])]
  return (
    <span ref={element} className="sparkline-place">
      {day.data && sums.length > 0 && (
        <Sparkline
          label={t('device.lastDay', {
            name: property,
            least: numberText(Math.min(...sums.map(({ min }) => min)), language),
            greatest: numberText(Math.max(...sums.map(({ max }) => max)), language),
          })}
          line={lineOfSlices(day.data)}
          from={from}
          to={to}
        />
      )}
    </span>
  )
}

/** Whether the element has been on the screen. */
function useSeen(element: { readonly current: Element | null }): boolean {
  const [seen, setSeen] = useState(false)
  useEffect(() => {
    if (!element.current || seen) return undefined
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) setSeen(true)
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element, seen])
  return seen
}
