import type { Instant } from '../../base/instant.ts'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import type { HistoryPlace } from '../../domain/history/marker.ts'
import { outranks } from '../../domain/history/precedence.ts'
import { DEVICE_TIME, REPEATS, tieAt, valueAt } from './rows.ts'
import type { Batch, Part } from './scan.ts'
import { rankOf } from './settle.ts'

/** One service's values at one time. `tie` is 0 for a time that the device gave, else `seq`. */
export interface HistoryRow extends HistoryPlace {
  readonly seq: number
  readonly receivedAt: Instant
  readonly values: JsonObject
}

interface Ref {
  readonly part: Part
  readonly row: number
}

/**
 * The points of a batch in the order of time, service and tie, or against it; with `property` those that have it, with
 * its value alone. Rows of one device time are made one point, redelivered ones are left out.
 */
export function* pointsOf(
  { parts, plain }: Batch,
  order: 'asc' | 'desc',
  property?: string,
): Generator<HistoryRow> {
  const [part] = parts
  if (!part) return
  if (plain) {
    const { from, to } = part
    for (let i = from; i < to; i++) {
      const point = pointOf([{ part, row: order === 'asc' ? i : from + to - 1 - i }], property)
      if (point) yield point
    }
    return
  }
  const groups = groupsOf(parts)
  for (const group of order === 'asc' ? groups : groups.toReversed())
    for (const point of order === 'asc' ? settled(group) : settled(group).toReversed()) {
      const made = pointOf(point, property)
      if (made) yield made
    }
}

/** Rows of one time and service each, in the order of tie and seq. */
function groupsOf(parts: readonly Part[]): readonly (readonly Ref[])[] {
  const refs: Ref[] = []
  for (const part of parts) for (let row = part.from; row < part.to; row++) refs.push({ part, row })
  refs.sort(
    (a, b) =>
      timeOf(a) - timeOf(b) ||
      (a.part.serviceId < b.part.serviceId ? -1 : a.part.serviceId > b.part.serviceId ? 1 : 0) ||
      tieAt(a.part.rows, a.row) - tieAt(b.part.rows, b.row) ||
      seqOf(a) - seqOf(b),
  )
  const groups: Ref[][] = []
  let last: Ref | undefined
  for (const ref of refs) {
    if (last && timeOf(last) === timeOf(ref) && last.part.serviceId === ref.part.serviceId)
      groups.at(-1)?.push(ref)
    else groups.push([ref])
    last = ref
  }
  return groups
}

/** The points of one time and service: the rows that make up each. */
function settled(group: readonly Ref[]): readonly (readonly Ref[])[] {
  if (group.length === 1) return [group]
  let seqMin = Infinity
  for (const ref of group) seqMin = Math.min(seqMin, seqOf(ref))
  const device: Ref[] = []
  const received: Ref[][] = []
  let last: Ref | undefined
  for (const ref of group) {
    const flags = ref.part.rows.flags[ref.row] as number
    if ((flags & DEVICE_TIME) !== 0) device.push(ref)
    else if (
      (last === undefined || seqOf(last) !== seqOf(ref)) &&
      ((flags & REPEATS) === 0 || seqOf(ref) === seqMin)
    )
      received.push([ref])
    last = ref
  }
  return device.length > 0 ? [device, ...received] : received
}

function pointOf(refs: readonly Ref[], property: string | undefined): HistoryRow | undefined {
  const [only, second] = refs
  if (!only) return undefined
  const values = second ? mergedValues(refs, property) : valuesOf(only, property)
  if (!values) return undefined
  let seq = seqOf(only)
  let receivedAt = only.part.rows.receivedAt[only.row] as number
  for (const ref of refs) {
    seq = Math.min(seq, seqOf(ref))
    receivedAt = Math.max(receivedAt, ref.part.rows.receivedAt[ref.row] as number)
  }
  return {
    serviceId: only.part.serviceId,
    time: timeOf(only),
    tie: tieAt(only.part.rows, only.row),
    seq,
    receivedAt,
    values,
  }
}

function valuesOf({ part: { rows }, row }: Ref, property: string | undefined): JsonObject | undefined {
  const values: (readonly [string, JsonValue])[] = []
  for (const name of property === undefined ? rows.names : [property]) {
    const column = rows.column(name)
    const value = column && valueAt(column, row)
    if (value !== undefined) values.push([name, value])
  }
  return values.length === 0 ? undefined : Object.fromEntries(values)
}

function mergedValues(refs: readonly Ref[], property: string | undefined): JsonObject | undefined {
  const byRank = refs.toSorted((a, b) =>
    outranks(rankOf(a.part.rows, a.row), rankOf(b.part.rows, b.row)) ? 1 : -1,
  )
  const all = byRank.map((ref) => valuesOf(ref, property)).filter((values) => values !== undefined)
  return all.length === 0 ? undefined : Object.fromEntries(all.flatMap((values) => Object.entries(values)))
}

const timeOf = ({ part, row }: Ref): number => part.rows.times[row] as number
const seqOf = ({ part, row }: Ref): number => part.rows.seqs[row] as number
