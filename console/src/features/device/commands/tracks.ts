import type { LogEntry } from '../../../api/events.ts'
import type { DownlinkBody, DownlinkState, DownlinkType } from '../../../api/log-bodies.ts'

/** One moment in the life of something that was sent to the device. */
export interface Step {
  readonly position: string
  readonly at: string
  readonly state: DownlinkState
}

/** Something that was sent to the device, and how it went. */
export interface Track {
  readonly id: string
  readonly type: DownlinkType
  readonly topic: string | undefined
  readonly payload: string | undefined
  readonly isText: boolean
  /** In their order. */
  readonly steps: readonly Step[]
  /** What the device answered, as it came. */
  readonly answer: string | undefined
  /** Why it failed. */
  readonly trouble: { readonly code: string; readonly sentence: string; readonly remedy: string } | undefined
}

const TRACKS_MAX = 50

export const tracksOf = (entries: readonly LogEntry[]): readonly Track[] => withEntries([], entries)

/** `known` after some entries more, newest first; entries may come in any order, and twice. */
export function withEntries(known: readonly Track[], entries: readonly LogEntry[]): readonly Track[] {
  const tracks = new Map(known.map((track) => [track.id, track]))
  // By their places in the log: an answer must find what it answers.
  for (const entry of entries.toSorted((a, b) => comparePositions(a.position, b.position))) {
    if (entry.kind === 'response') {
      const { request_id: id = '', payload } = entry.body as ResponseBody
      const asked = tracks.get(id)
      if (asked) tracks.set(id, { ...asked, answer: payload })
    } else if (entry.kind === 'downlink') {
      const body = entry.body as DownlinkBody
      tracks.set(body.id, withStep(tracks.get(body.id), entry, body))
    }
  }
  return [...tracks.values()]
    .toSorted((a, b) => comparePositions(firstOf(b), firstOf(a)))
    .slice(0, TRACKS_MAX)
}

interface ResponseBody {
  readonly request_id?: string
  readonly payload: string
}

function withStep(track: Track | undefined, { position, at }: LogEntry, body: DownlinkBody): Track {
  const {
    id,
    type,
    state,
    topic,
    payload,
    payload_encoding: encoding,
    code,
    sentence = '',
    remedy = '',
  } = body
  const steps = track?.steps ?? []
  const isKnown = steps.some((step) => step.position === position)
  return {
    id,
    type,
    topic: track?.topic ?? topic,
    payload: track?.payload ?? payload,
    isText: track?.payload === undefined ? encoding !== 'base64' : track.isText,
    steps: isKnown
      ? steps
      : [...steps, { position, at, state }].toSorted((a, b) => comparePositions(a.position, b.position)),
    answer: track?.answer,
    trouble: code === undefined ? track?.trouble : { code, sentence, remedy },
  }
}

const firstOf = ({ steps }: Track): string => steps[0]?.position ?? ''

/** Positions are digits that grow. */
const comparePositions = (a: string, b: string): number =>
  a.length === b.length ? (a < b ? -1 : Number(a > b)) : a.length - b.length

/** Where it stands: an answer that came counts, though its PUBACK may be told of behind it. */
export function stateOf({ steps }: Track): DownlinkState {
  if (steps.some(({ state }) => state === 'answered')) return 'answered'
  return steps.at(-1)?.state ?? 'pending'
}

/** `Lamp · switch`, `Env: threshold`: what a payload asks for; undefined where it does not say. */
export function subjectOf({ payload, isText }: Pick<Track, 'payload' | 'isText'>): string | undefined {
  if (payload === undefined || !isText) return undefined
  let asked: unknown
  try {
    asked = JSON.parse(payload)
  } catch {
    return undefined
  }
  if (typeof asked !== 'object' || asked === null) return undefined
  const { service_id: service, command_name: command, services } = asked as Partial<Record<string, unknown>>
  if (Array.isArray(services)) return services.map(settingText).join(', ')
  return [service, command].filter((part) => typeof part === 'string').join(' · ') || undefined
}

function settingText(setting: unknown): string {
  const { service_id: service, properties } = setting as { service_id?: unknown; properties?: unknown }
  const names = typeof properties === 'object' && properties !== null ? Object.keys(properties) : []
  return `${String(service)}: ${names.join(', ')}`
}
