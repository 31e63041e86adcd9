import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { ConnectionVerdict, StatisticsNow } from '../api/types.ts'
import { useLanguage } from '../components/language.ts'
import { certificatesKey } from '../features/certificates/certificates.ts'
import { addRefused, RECENT_MAX, refusedConnectionsQuery } from '../features/connections/connections.ts'
import { failingKey } from '../features/connections/failing.ts'
import { devicesKey } from '../features/devices/devices.ts'
import { productsKey } from '../features/products/products.ts'
import { FIGURES_MAX, takeFigures } from '../features/statistics/statistics.ts'
import { useBatch } from './use-batch.ts'
import { useEvents } from './use-events.ts'

// `audit`: every change made through the API has its entry.
const kinds = ['connection', 'audit', 'statistics']
const counted = { millis: 2000, max: 100 }

/** Which lists a change touches, by the first part of its name in the audit trail. */
const listsOf = {
  product: [productsKey],
  device: [devicesKey],
  certificate: [certificatesKey],
  connection: [failingKey],
} as const

/**
 * Keeps the overview up to date by the stream of events: refused connections as they come, counts at most every two
 * seconds, and the platform's figures, which are kept for a curve.
 */
export function useLive(projectId: string): {
  readonly live: boolean
  readonly figures: readonly StatisticsNow[]
} {
  const client = useQueryClient()
  const language = useLanguage()
  const [figures, setFigures] = useState<readonly StatisticsNow[]>([])
  const addChange = useBatch<string>((actions) => readAgain(client, projectId, actions), counted)
  const state = useEvents({
    projectId,
    kinds,
    onEntries(entries) {
      // The document's test holds entries to these shapes (contracts §3).
      const refused = entries
        .filter(({ kind }) => kind === 'connection')
        .map(({ body }) => body as ConnectionVerdict)
        .filter(({ outcome }) => outcome === 'refused')
      if (refused.length > 0) {
        addRefused(client, projectId, language, refused.slice(-RECENT_MAX))
        addChange('connection.refused')
      }
      const came = entries
        .filter(({ kind }) => kind === 'statistics')
        .map(({ body }) => body as StatisticsNow)
      const now = came.at(-1)
      if (now) {
        takeFigures(client, projectId, now)
        setFigures((known) => [...known, ...came].slice(-FIGURES_MAX))
      }
      for (const { kind, body } of entries)
        if (kind === 'audit') addChange((body as { readonly action: string }).action)
    },
    onLive() {
      void client.invalidateQueries({ queryKey: refusedConnectionsQuery(projectId, language).queryKey })
      readAgain(client, projectId, Object.keys(listsOf))
    },
  })
  return { live: state === 'live', figures }
}

function readAgain(client: QueryClient, projectId: string, actions: readonly string[]): void {
  for (const [noun, keys] of Object.entries(listsOf))
    if (actions.some((action) => action.split('.')[0] === noun))
      for (const key of keys) void client.invalidateQueries({ queryKey: key(projectId) })
}
