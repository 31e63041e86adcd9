import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { followEvents, type LogEntry } from '../api/events.ts'
import type { ConnectionVerdict } from '../api/types.ts'
import { useLanguage } from '../components/language.ts'
import { certificatesKey } from '../features/certificates/certificates.ts'
import { addRefused, RECENT_MAX, refusedConnectionsQuery } from '../features/connections/connections.ts'
import { devicesKey } from '../features/devices/devices.ts'
import { productsKey } from '../features/products/products.ts'
import { createBatch } from '../lib/batch.ts'
import { checkSession } from './query-client.ts'

// `audit`: every change made through the API has its entry. Reports are not asked for: there may be thousands a second.
const kinds = ['connection', 'audit']
const shown = { millis: 250, max: RECENT_MAX }
const counted = { millis: 2000, max: 100 }

/** Which lists a change touches, by the first part of its name in the audit trail. */
const listsOf = {
  product: [productsKey],
  device: [devicesKey],
  certificate: [certificatesKey],
} as const

/**
 * Keeps the overview up to date by the stream of events: refused connections as they come, counts at most every two
 * seconds. The stream is closed while nobody looks at the page (a browser has few connections for all its pages).
 */
export function useLive(projectId: string): { readonly live: boolean } {
  const client = useQueryClient()
  const language = useLanguage()
  const [live, setLive] = useState(false)

  useEffect(() => {
    let abort: AbortController | undefined
    const refused = createBatch<ConnectionVerdict>(
      (came) => addRefused(client, projectId, language, came),
      shown,
    )
    const changes = createBatch<string>((actions) => readAgain(client, projectId, actions), counted)
    const onEntry = ({ kind, body }: LogEntry): void => {
      // The document's test holds entries to these shapes (contracts §3).
      if (kind === 'connection') {
        const verdict = body as ConnectionVerdict
        if (verdict.outcome === 'refused') refused.add(verdict)
      } else if (kind === 'audit') changes.add((body as { readonly action: string }).action)
    }
    const open = (): void => {
      abort = new AbortController()
      const { signal } = abort
      void followEvents(
        {
          projectId,
          kinds,
          onEntry,
          onState(state) {
            setLive(state === 'live')
            // What happened between the lists and the stream, or while it was broken, is read once.
            if (state === 'live') {
              void client.invalidateQueries({
                queryKey: refusedConnectionsQuery(projectId, language).queryKey,
              })
              readAgain(client, projectId, Object.keys(listsOf))
            }
          },
          onRefused(error) {
            setLive(false)
            void checkSession(error)
          },
        },
        signal,
      )
    }
    const onVisibility = (): void => {
      abort?.abort()
      if (document.visibilityState === 'visible') open()
    }

    if (document.visibilityState === 'visible') open()
    document.addEventListener('visibilitychange', onVisibility)
    return () => {
      document.removeEventListener('visibilitychange', onVisibility)
      abort?.abort()
      refused.close()
      changes.close()
    }
  }, [client, projectId, language])

  return { live }
}

function readAgain(client: QueryClient, projectId: string, actions: readonly string[]): void {
  for (const [noun, keys] of Object.entries(listsOf))
    if (actions.some((action) => action.split('.')[0] === noun))
      for (const key of keys) void client.invalidateQueries({ queryKey: key(projectId) })
}
