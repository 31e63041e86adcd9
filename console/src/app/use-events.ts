import { useEffect, useEffectEvent, useState } from 'react'
import { followEvents, type LogEntry } from '../api/events.ts'
import { useLanguage } from '../components/language.ts'
import { createBatch } from '../lib/batch.ts'
import { checkSession } from './query-client.ts'

interface Follow {
  readonly projectId: string
  /** Kinds of entries (contracts §3); ask for `report` only where reports are shown: there may be thousands a second. */
  readonly kinds: readonly string[]
  /** Only entries of these devices, at most 100; absent: of all. */
  readonly devices?: readonly string[]
  /** Only what these bridges themselves did, beside `devices`. */
  readonly bridges?: readonly string[]
  /** False: no stream, e.g. while the reader has paused it. */
  readonly enabled?: boolean
  /** Entries come in groups, at most one every so many milliseconds (250), the last `max` (500) of each. */
  readonly millis?: number
  readonly max?: number
  readonly onEntries: (entries: readonly LogEntry[]) => void
  /** The stream stands, for the first time or again: what happened before, or while it was broken, is to be read now. */
  readonly onLive?: () => void
}

/** `broken`: it ended and is about to be opened again. `closed`: not wanted, not looked at, or refused for good. */
export type StreamState = 'opening' | 'live' | 'broken' | 'closed'

/**
 * Follows what happens, by the stream of events, while someone looks at the page (a browser has few connections for
 * all its pages). Sentences of verdicts come in the language of the page. The functions may be new ones with each
 * rendering; everything else opens another stream when it changes.
 */
export function useEvents(follow: Follow): StreamState {
  const { projectId, kinds, devices, bridges, enabled = true, millis = 250, max = 500 } = follow
  const language = useLanguage()
  const [state, setState] = useState<StreamState>('opening')
  const onEntries = useEffectEvent((entries: readonly LogEntry[]) => follow.onEntries(entries))
  const onLive = useEffectEvent(() => follow.onLive?.())
  // As text: the same names in another array are no change.
  const kindNames = kinds.join(',')
  const deviceNames = devices?.join(',')
  const bridgeNames = bridges?.join(',')

  useEffect(() => {
    if (!enabled) return undefined
    let abort: AbortController | undefined
    const entries = createBatch<LogEntry>((came) => onEntries(came), { millis, max })
    const open = (): void => {
      abort = new AbortController()
      setState('opening')
      void followEvents(
        {
          projectId,
          kinds: kindNames.split(','),
          ...(deviceNames !== undefined && { devices: deviceNames.split(',') }),
          ...(bridgeNames !== undefined && { bridges: bridgeNames.split(',') }),
          onEntry: entries.add,
          onState(next) {
            setState(next)
            if (next === 'live') onLive()
          },
          onRefused(error) {
            setState('closed')
            void checkSession(error)
          },
        },
        abort.signal,
      )
    }
    const onVisibility = (): void => {
      abort?.abort()
      if (document.visibilityState === 'visible') open()
      else setState('closed')
    }

    onVisibility()
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      abort?.abort()
      entries.close()
    }
  }, [projectId, kindNames, deviceNames, bridgeNames, enabled, millis, max, language])

  return enabled ? state : 'closed'
}
