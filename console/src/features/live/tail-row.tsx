import type { TFunction } from 'i18next'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { DownlinkBody } from '../../api/log-bodies.ts'
import { StatusMark } from '../../components/status-mark.tsx'
import { markOf, useWord } from '../../components/verdict.ts'
import { shortened } from '../../lib/format.ts'
import { outcomeOf, type StatusBody, type TailEntry, valuesText } from './tail-entries.ts'

interface TailRowProps {
  readonly entry: TailEntry
  readonly ofMany: boolean
  readonly raw: boolean
  readonly isOpen: boolean
  readonly onOpen: (position: string | undefined) => void
}

/** Longest summary that is rendered; a line shows far less. */
const SUMMARY_CHARACTERS_MAX = 400

/** One packet: when, who, what kind, what it says, and the verdict. Rendered anew only when it changes itself. */
export const TailRow = memo(
  function TailRow({ entry, ofMany, raw, isOpen, onOpen }: TailRowProps) {
    const { t } = useTranslation()
    const word = useWord()
    const outcome = outcomeOf(entry)
    const name = entry.deviceId ?? entry.bridgeId
    return (
      <button
        type="button"
        className={`tail-row tail-${outcome ?? 'unjudged'}`}
        aria-expanded={isOpen}
        onClick={() => onOpen(isOpen ? undefined : entry.position)}
      >
        <time className="tail-time" dateTime={entry.at}>
          {timeOfDay(entry.at)}
        </time>
        {ofMany && (
          <span className="tail-device code" title={name}>
            {name === undefined ? '–' : shortened(name, 5, 19)}
          </span>
        )}
        <span className="tail-kind">{t(`tail.kinds.${entry.kind}`)}</span>
        <span className="tail-summary">
          {(raw ? rawText(entry) : summaryOf(entry, t, word)).slice(0, SUMMARY_CHARACTERS_MAX)}
        </span>
        <span className="tail-outcome">
          {outcome && <StatusMark mark={markOf[outcome]}>{outcomeText(entry, outcome, t)}</StatusMark>}
        </span>
      </button>
    )
  },
  // A new function for opening does the same as the one before.
  (a, b) => a.entry === b.entry && a.raw === b.raw && a.isOpen === b.isOpen && a.ofMany === b.ofMany,
)

function outcomeText(
  entry: TailEntry,
  outcome: NonNullable<ReturnType<typeof outcomeOf>>,
  t: TFunction,
): string {
  if (entry.kind === 'report') return t(`verdict.reportOutcomes.${outcome}`)
  if (entry.kind === 'downlink') return t(`tail.states.${entry.body.state}`)
  return entry.kind === 'notice' ? t('tail.notActedOn') : t(`verdict.outcomes.${outcome}`)
}

const twoDigits = (n: number): string => String(n).padStart(2, '0')

/** In the browser's zone, to the millisecond. Not by Intl: this is done some hundred times a second. */
function timeOfDay(at: string): string {
  const time = new Date(at)
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(twoDigits).join(':')
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`
}

function rawText(entry: TailEntry): string {
  const { body } = entry
  return 'payload' in body && body.payload !== undefined
    ? `${body.topic ?? ''} ${body.payload}`
    : JSON.stringify(body)
}

function summaryOf(entry: TailEntry, t: TFunction, word: ReturnType<typeof useWord>): string {
  switch (entry.kind) {
    case 'report':
      return entry.body.verdict.outcome === 'accepted'
        ? valuesText(entry.body)
        : `${entry.body.verdict.sentence} ${valuesText(entry.body)}`
    case 'status':
      return statusText(entry.body, t, word)
    case 'connection':
      return entry.body.sentence
    case 'notice':
      return [entry.body.sentence, shortTopic(entry.body.topic)].join(' ').trim()
    case 'downlink':
      return downlinkText(entry.body, t)
    case 'message-up':
    case 'event-up':
    case 'request':
    case 'response': {
      const { topic, payload, payload_encoding: encoding } = entry.body
      return `${shortTopic(topic)} ${encoding === 'base64' ? t('tail.binary') : payload}`
    }
  }
}

/** Without what all topics of a device begin with. */
const shortTopic = (topic = ''): string => topic.replace(/^\$oc\/devices\/[^/]+\//, '')

/** `Command · Waiting · sys/commands/… {…}`: what it is, how far it is, and what it says or why it failed. */
function downlinkText(body: DownlinkBody, t: TFunction): string {
  const { type, state, topic, payload, payload_encoding: encoding, sentence, detail } = body
  const content =
    sentence ??
    (payload !== undefined
      ? `${shortTopic(topic)} ${encoding === 'base64' ? t('tail.binary') : payload}`
      : detail && JSON.stringify(detail))
  return [t(`tail.types.${type}`), t(`tail.states.${state}`), content]
    .filter((part) => part !== undefined)
    .join(' · ')
}

function statusText(
  { status, address, cause, error }: StatusBody,
  t: TFunction,
  word: ReturnType<typeof useWord>,
): string {
  return [
    t(status === 'ONLINE' ? 'tail.online' : 'tail.offline'),
    address,
    cause === undefined ? undefined : (word('causes', cause) ?? cause),
    error?.detail,
  ]
    .filter((part) => part !== undefined)
    .join(' · ')
}
