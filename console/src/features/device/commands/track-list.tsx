import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DownlinkState, DownlinkType } from '../../../api/log-bodies.ts'
import { CodeBlock } from '../../../components/code-block.tsx'
import { CopyText } from '../../../components/copy-text.tsx'
import { Facts } from '../../../components/facts.tsx'
import { useLanguage } from '../../../components/language.ts'
import { Panel } from '../../../components/panel.tsx'
import { Remedy } from '../../../components/remedy.tsx'
import { Answer, EmptyState } from '../../../components/states.tsx'
import { type Mark, StatusMark } from '../../../components/status-mark.tsx'
import { Time } from '../../../components/time.tsx'
import type { Place } from '../device.ts'
import { tracksQuery } from './downlinks.ts'
import { stateOf, type Step, subjectOf, type Track } from './tracks.ts'

interface TrackListProps {
  readonly place: Place
  /** What is listed. */
  readonly types: readonly DownlinkType[]
}

/** What was sent to the device, newest first, each with the steps that it has taken so far. */
export function TrackList({ place, types }: TrackListProps) {
  const { t } = useTranslation()
  const tracks = useQuery(tracksQuery(place, useLanguage()))
  return (
    <Panel title={t('downlinks.tracks')} text={t('downlinks.tracksText')}>
      <Answer of={tracks}>
        {(all) => {
          const shown = all.filter(({ type }) => types.includes(type))
          if (shown.length === 0) return <EmptyState text={t('downlinks.noTracks')} />
          return (
            <ul className="connection-log" aria-label={t('downlinks.tracks')}>
              {shown.map((track) => (
                <TrackItem key={track.id} track={track} />
              ))}
            </ul>
          )
        }}
      </Answer>
    </Panel>
  )
}

const markOf: { readonly [S in DownlinkState]: Mark } = {
  pending: 'inactive',
  sent: 'unjudged',
  delivered: 'passed',
  answered: 'passed',
  failed: 'refused',
  timeout: 'refused',
  expired: 'attention',
}

function TrackItem({ track }: { readonly track: Track }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const { type, steps, trouble } = track
  const [first] = steps
  const state = stateOf(track)
  const subject = subjectOf(track)
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span className="connection-line">
            <span className="wrapping">
              <StatusMark mark={markOf[state]}>{t(`tail.states.${state}`)}</StatusMark>
              <span className="soft">{t(`tail.types.${type}`)}</span>
              {subject !== undefined && <code className="break">{subject}</code>}
            </span>
            <span className="faint small">
              {first && <Time at={first.at} />} · {steps.map((step) => stepText(step, first, t)).join(' → ')}
            </span>
            {trouble && <span className="break">{trouble.sentence}</span>}
          </span>
        </summary>
        {open && <TrackDetail track={track} />}
      </details>
    </li>
  )
}

/** `Sent +12 ms`: how long after the first step. */
function stepText({ at, state }: Step, first: Step | undefined, t: TFunction): string {
  const name = t(`tail.states.${state}`)
  if (!first || first.at === at) return name
  return `${name} +${t('downlinks.millis', { millis: Date.parse(at) - Date.parse(first.at) })}`
}

function TrackDetail({ track: { id, topic, payload, isText, answer, trouble } }: { readonly track: Track }) {
  const { t } = useTranslation()
  return (
    <div className="connection-more stack">
      {trouble && <Remedy code={trouble.code} text={trouble.remedy} />}
      <Facts
        facts={[
          [t('tail.requestId'), <CopyText key="id" text={id} what={t('tail.requestId')} />],
          ...(topic === undefined
            ? []
            : [[t('tail.topic'), <CopyText key="topic" text={topic} what={t('tail.topic')} />] as const]),
        ]}
      />
      {payload !== undefined && (
        <div className="lines">
          <span className="soft small">{t('downlinks.sentPayload')}</span>
          <CodeBlock text={isText ? inLines(payload) : payload} what={t('downlinks.sentPayload')} />
        </div>
      )}
      {answer !== undefined && (
        <div className="lines">
          <span className="soft small">{t('downlinks.answer')}</span>
          <CodeBlock text={inLines(answer)} what={t('downlinks.answer')} />
        </div>
      )}
    </div>
  )
}

/** JSON in lines of its own, anything else as it is. */
function inLines(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}
