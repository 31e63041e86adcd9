import { useQueries, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Place } from './device.ts'
import {
  type HistoryPage,
  type LivePoint,
  type Period,
  type Range,
  type Slices,
  slicesQuery,
  withLive,
} from './history.ts'
import type { ShownProperty } from './latest.ts'

interface SlicesOf {
  readonly place: Place
  readonly serviceId: string
  readonly range: Range
  readonly properties: readonly ShownProperty[]
  /** Newest page of what was read; more behind it is why it is summed up. */
  readonly first: HistoryPage | undefined
  readonly live: readonly LivePoint[]
}

interface SummedUp {
  /** The range holds more than is drawn one by one. */
  readonly summed: boolean
  /** Of each property; undefined while it is read. */
  readonly of: readonly (Slices | undefined)[]
  readonly error: Error | null
  refetch(): void
}

/** The range in slices, once it holds more than a page, with what comes put into them. */
export function useSlices({ place, serviceId, range, properties, first, live }: SlicesOf): SummedUp {
  const client = useQueryClient()
  // Where the slices begin is settled once for a range: the page is read again now and then, they go on.
  const name = JSON.stringify(range)
  const [settled, setSettled] = useState<Period & { readonly name: string }>()
  const many = first?.marker !== undefined && JSON.stringify(first.range) === name
  if (many && settled?.name !== name) setSettled({ name, from: first.from, to: first.to })
  const grid = settled?.name === name ? settled : undefined
  const queries = properties.map(({ name: property }) =>
    slicesQuery(place, {
      serviceId,
      property,
      from: grid?.from ?? 0,
      to: grid?.to ?? 0,
      open: typeof range === 'string',
    }),
  )
  const asked = useQueries({
    queries: queries.map((query) => ({ ...query, enabled: grid !== undefined })),
  })
  useEffect(() => {
    for (const [at, { queryKey }] of queries.entries())
      client.setQueryData(queryKey, (known) => known && withLive(known, live, properties[at]?.name ?? ''))
    // Only what comes: the rest is new with each rendering.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [live])
  return {
    summed: grid !== undefined,
    of: asked.map(({ data }) => data),
    error: asked.find(({ error }) => error)?.error ?? null,
    refetch() {
      for (const one of asked) if (one.error) void one.refetch()
    },
  }
}
