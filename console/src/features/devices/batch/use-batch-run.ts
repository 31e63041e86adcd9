import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { call } from '../../../api/client.ts'
import { devicesKey } from '../devices.ts'
import type { BatchRow } from './csv.ts'
import {
  type BatchDefaults,
  chunksOf,
  namesOf,
  ownVerdict,
  type RowResult,
  stateOf,
  type Verdict,
  verdictOf,
  wireRow,
  type WireRow,
} from './rows.ts'

/** Where a batch stands. `error`: the last run ended by it; going on takes up what is still open. */
export interface BatchRun {
  /** One a row, in the order of the file. */
  readonly verdicts: readonly Verdict[]
  readonly doing: 'nothing' | 'checking' | 'registering'
  readonly progress: { readonly done: number; readonly total: number }
  readonly error: Error | null
  /** Asks of every open row whether it would be registered. */
  check(): Promise<void>
  /** Registers every row that was found good. A row that is registered is never sent again. */
  register(): Promise<void>
  /** After the request that is under way. */
  stop(): void
}

/** The rows of one file, checked and registered in groups, one request after the other. */
export function useBatchRun(projectId: string, rows: readonly BatchRow[], defaults: BatchDefaults): BatchRun {
  const client = useQueryClient()
  const [verdicts, setVerdicts] = useState<readonly Verdict[]>(() => rows.map(ownVerdict))
  const [doing, setDoing] = useState<BatchRun['doing']>('nothing')
  const [progress, setProgress] = useState({ done: 0, total: 0 })
  const [error, setError] = useState<Error | null>(null)
  const stopped = useRef(false)
  useEffect(
    () => () => {
      stopped.current = true
    },
    [],
  )

  const wire = (place: number): WireRow => wireRow(rows[place] ?? { line: 0, cells: {} }, defaults)
  const send = async (places: readonly number[], dryRun: boolean): Promise<readonly RowResult[]> =>
    (
      await call('POST /quayside/v1/{project_id}/devices/batch', {
        params: { project_id: projectId },
        body: { dry_run: dryRun, devices: places.map(wire) },
      })
    ).results

  /** Sends what of `wanted` is in groups, and keeps the verdicts of each before the next. */
  const run = async (
    what: 'checking' | 'registering',
    wanted: (verdict: Verdict) => boolean,
    start: readonly Verdict[],
  ): Promise<readonly Verdict[]> => {
    let now = start
    const keep = (places: readonly number[], verdict: (place: number, at: number) => Verdict): void => {
      const next = [...now]
      for (const [at, place] of places.entries()) next[place] = verdict(place, at)
      now = next
      setVerdicts(now)
    }
    // The line of each row that was found good, by the names it would take.
    const seen = new Map(
      rows.flatMap(({ line }, place) =>
        isGood(now[place]) ? namesOf(wire(place)).map((name) => [name, line] as const) : [],
      ),
    )
    const places = [...now.keys()].filter((place) => wanted(now[place] ?? { kind: 'unchecked' }))
    let done = 0
    setDoing(what)
    setProgress({ done, total: places.length })
    for (const chunk of chunksOf(places, wire)) {
      if (stopped.current) break
      const before = now
      // Until it is answered nobody knows.
      if (what === 'registering') keep(chunk, () => ({ kind: 'unsure' }))
      const results = await send(chunk, what === 'checking').catch((fault: unknown) => {
        // A refusal of the whole was no registration of any.
        if (isRefusal(fault)) keep(chunk, (place) => before[place] ?? { kind: 'unchecked' })
        throw fault
      })
      keep(chunk, (place, at) => {
        const result = results[at]
        const row = rows[place]
        if (!result || !row) return { kind: 'unchecked' }
        if (what === 'registering') return verdictOf(result, wire(place), false)
        const names = namesOf(wire(place))
        const line = names.map((name) => seen.get(name)).find((found) => found !== undefined)
        if (line !== undefined) return { kind: 'duplicate', line }
        const verdict = verdictOf(result, wire(place), before[place]?.kind === 'unsure')
        if (isGood(verdict)) for (const name of names) seen.set(name, row.line)
        return verdict
      })
      done += chunk.length
      setProgress({ done, total: places.length })
    }
    return now
  }

  const guarded = async (work: () => Promise<unknown>): Promise<void> => {
    stopped.current = false
    setError(null)
    try {
      await work()
    } catch (fault) {
      setError(fault instanceof Error ? fault : new Error(String(fault)))
    }
    setDoing('nothing')
  }

  return {
    verdicts,
    doing,
    progress,
    error,
    check: () => guarded(() => run('checking', (verdict) => stateOf(verdict) === 'open', verdicts)),
    register: () =>
      guarded(async () => {
        // What was sent without an answer is looked at first: it may be registered.
        const known = await run('checking', ({ kind }) => kind === 'unsure', verdicts)
        try {
          await run('registering', ({ kind }) => kind === 'ready', known)
        } finally {
          void client.invalidateQueries({ queryKey: devicesKey(projectId) })
        }
      }),
    stop() {
      stopped.current = true
    },
  }
}

/** Whether the platform itself answered: then nothing of the request was done. */
const isRefusal = (fault: unknown): boolean =>
  fault instanceof Error &&
  'status' in fault &&
  typeof fault.status === 'number' &&
  fault.status >= 400 &&
  fault.status < 500

const isGood = (verdict: Verdict | undefined): boolean =>
  verdict?.kind === 'ready' || verdict?.kind === 'registered'
