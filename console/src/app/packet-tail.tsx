import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useLanguage } from '../components/language.ts'
import { ErrorState, LoadingRows } from '../components/states.tsx'
import { earlierEntriesQuery, type TailSource } from '../features/live/earlier-entries.ts'
import { LiveTail } from '../features/live/live-tail.tsx'
import { TAIL_MAX, tailEntry, type TailEntry, tailKinds, withNewest } from '../features/live/tail-entries.ts'
import { useEvents } from './use-events.ts'

/** Milliseconds: entries of one frame are rendered together. */
const FRAME = 16
const nothing: readonly TailEntry[] = []

interface PacketTailProps {
  readonly projectId: string
  /** Of one device or bridge, with what happened before; absent: of all, from now on. */
  readonly source?: TailSource | undefined
  /** Text that lines are narrowed to; kept in the address. */
  readonly find: string
  readonly onFind: (text: string) => void
  /** Before the filters. */
  readonly extra?: ReactNode
}

/** What devices send, as it arrives. Another device is another tail: give it a key. */
export function PacketTail({ projectId, source, find, onFind, extra }: PacketTailProps) {
  const [came, setCame] = useState(nothing)
  const earlier = useQuery({
    ...earlierEntriesQuery(projectId, source, useLanguage()),
    enabled: source !== undefined,
  })
  const stream = useEvents({
    projectId,
    kinds: tailKinds,
    ...(source && ('bridgeId' in source ? { bridges: [source.bridgeId] } : { devices: [source.deviceId] })),
    millis: FRAME,
    max: TAIL_MAX,
    onEntries(entries) {
      const fresh = entries.map(tailEntry).filter((entry) => entry !== undefined)
      setCame((known) => withNewest(known, fresh))
    },
    // What came while nobody looked is in the log.
    onLive: () => void (source && earlier.refetch()),
  })
  const entries = withNewest(came, earlier.data ?? nothing)
  const reading = source === undefined ? stream === 'opening' : earlier.isPending

  return (
    <>
      {earlier.error && <ErrorState error={earlier.error} retry={earlier.refetch} />}
      {reading && entries.length === 0 ? (
        <LoadingRows rows={8} />
      ) : (
        <LiveTail
          entries={entries}
          live={stream === 'live'}
          of={source === undefined ? 'all' : 'bridgeId' in source ? 'bridge' : 'device'}
          find={find}
          onFind={onFind}
          extra={extra}
        />
      )}
    </>
  )
}
