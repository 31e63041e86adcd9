import type { LogEntry } from '../../api/events.ts'
import type { DownlinkBody, NoticeBody } from '../../api/log-bodies.ts'
import type { ShownConnection, ShownReport } from '../../components/verdict.ts'

/** Kinds of entries that a tail shows: what devices send, are sent and do, not what people change. */
export const tailKinds = [
  'report',
  'message-up',
  'event-up',
  'request',
  'downlink',
  'response',
  'notice',
  'status',
  'connection',
] as const
export type TailKind = (typeof tailKinds)[number]

/** A packet in words of its kind: bodies of entries as the platform's tests hold them to (contracts §3). */
export type Packet =
  | { readonly kind: 'report'; readonly body: ReportBody }
  | { readonly kind: 'message-up' | 'event-up' | 'request' | 'response'; readonly body: UplinkBody }
  | { readonly kind: 'status'; readonly body: StatusBody }
  | { readonly kind: 'connection'; readonly body: ShownConnection }
  | { readonly kind: 'downlink'; readonly body: DownlinkBody }
  | { readonly kind: 'notice'; readonly body: NoticeBody }

export interface UplinkBody {
  readonly topic: string
  readonly payload: string
  readonly payload_encoding: 'utf8' | 'base64'
  readonly request_id?: string
}

export interface ReportBody extends UplinkBody {
  readonly payload_bytes?: number
  readonly repeats?: true
  readonly verdict: ShownReport
}

export interface StatusBody {
  readonly status: 'ONLINE' | 'OFFLINE'
  readonly address?: string
  readonly cause?: string
  readonly error?: { readonly code: number; readonly clause: string; readonly detail: string }
}

/** A line of the tail. */
export type TailEntry = Packet & {
  readonly position: string
  readonly at: string
  readonly deviceId: string | undefined
  /** Of what a bridge itself did. */
  readonly bridgeId?: string
}

/** An entry of the stream as a line of the tail; undefined for a kind that is none. */
export function tailEntry({
  position,
  at,
  kind,
  device_id: deviceId,
  bridge_id: bridgeId,
  body,
}: LogEntry): TailEntry | undefined {
  if (!tailKinds.some((each) => each === kind)) return undefined
  return { position, at, deviceId, ...(bridgeId !== undefined && { bridgeId }), kind, body } as TailEntry
}

/** `accepted`, `refused` or `noted`; undefined for what nobody judges. */
export function outcomeOf(entry: TailEntry): ShownReport['outcome'] | undefined {
  switch (entry.kind) {
    case 'report':
      return entry.body.verdict.outcome
    case 'connection':
      return entry.body.outcome
    case 'notice':
      return 'refused'
    case 'downlink':
      return outcomeOfState[entry.body.state]
    default:
      return undefined
  }
}

/** What is still under way has none. */
const outcomeOfState: { readonly [S in DownlinkBody['state']]: ShownReport['outcome'] | undefined } = {
  pending: undefined,
  sent: undefined,
  delivered: 'accepted',
  answered: 'accepted',
  failed: 'refused',
  timeout: 'refused',
  expired: 'refused',
}

/** What it carried, as far as that is kept with it. */
const payloadOf = ({ body }: TailEntry): string => ('payload' in body ? body.payload : undefined) ?? ''

/** Lines that are kept; and characters of payload among them: large ones are let go earlier. */
export const TAIL_MAX = 1000
const PAYLOAD_CHARACTERS_MAX = 8_000_000

/**
 * Both as one, newest first, each entry once, cut to {@link TAIL_MAX} lines. `came` may be in any order: those that
 * were read from the log come together with those of the stream.
 */
export function withNewest(known: readonly TailEntry[], came: readonly TailEntry[]): readonly TailEntry[] {
  const have = new Set(known.map(({ position }) => position))
  const fresh = came.filter(({ position }) => {
    if (have.has(position)) return false
    have.add(position)
    return true
  })
  if (fresh.length === 0) return known
  return bounded([...fresh, ...known].toSorted(byTime))
}

/** Times of the wire are compared as they are written. Of one millisecond, what has more digits or is greater came later. */
function byTime(a: TailEntry, b: TailEntry): number {
  if (a.at !== b.at) return a.at < b.at ? 1 : -1
  if (a.position.length !== b.position.length) return b.position.length - a.position.length
  return a.position < b.position ? 1 : -1
}

function bounded(entries: readonly TailEntry[]): readonly TailEntry[] {
  let characters = 0
  const end = entries.findIndex((entry, at) => {
    characters += payloadOf(entry).length
    return at >= TAIL_MAX || (characters > PAYLOAD_CHARACTERS_MAX && at > 0)
  })
  return end === -1 ? entries : entries.slice(0, end)
}

/** What lines are narrowed to; undefined: any. */
export interface TailFilter {
  readonly kind?: TailKind | undefined
  readonly outcome?: 'accepted' | 'refused' | 'noted' | undefined
  /** Found anywhere in the entry, in either case. */
  readonly text: string
}

export function matches(entry: TailEntry, { kind, outcome, text }: TailFilter): boolean {
  return (
    (kind === undefined || entry.kind === kind) &&
    (outcome === undefined || outcomeOf(entry) === outcome) &&
    (text === '' || searched(entry).includes(text.toLowerCase()))
  )
}

/** Each entry is searched as text, made once and let go with it. */
const texts = new WeakMap<TailEntry, string>()

function searched(entry: TailEntry): string {
  let text = texts.get(entry)
  if (text === undefined) {
    // The payload itself too: inside JSON its quotes are escaped, and nobody searches for them so.
    text = `${JSON.stringify(entry)} ${payloadOf(entry)}`.toLowerCase()
    texts.set(entry, text)
  }
  return text
}

/** `Load.n 5 · Load.twice 10`: what a report says, in a line. */
export function valuesText({ verdict, payload }: ReportBody): string {
  const values = verdict.services.flatMap(({ service_id: service, values: each }) =>
    each.map(({ property, seen }) => `${service}.${property} ${JSON.stringify(seen)}`),
  )
  return values.length > 0 ? values.join(' · ') : payload
}

/** JSON in lines of its own, anything else as it is; `undefined` for bytes that are no text. */
export function decodedPayload({
  payload,
  payload_encoding: encoding,
}: Pick<UplinkBody, 'payload' | 'payload_encoding'>): string | undefined {
  if (encoding === 'base64') return undefined
  try {
    return JSON.stringify(JSON.parse(payload), undefined, 2)
  } catch {
    return payload
  }
}
