import { Link } from '@tanstack/react-router'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { fingerprintText } from '../lib/format.ts'
import { exactTime, parseWireTime } from '../lib/time.ts'
import { CodeBlock } from './code-block.tsx'
import { CopyText } from './copy-text.tsx'
import { Evidence } from './evidence.tsx'
import { Facts } from './facts.tsx'
import { useLanguage } from './language.ts'
import { Remedy } from './remedy.tsx'
import { StatusMark } from './status-mark.tsx'
import { markOf, type ShownConnection, type ShownStep, useWord } from './verdict.ts'
import './verdict-view.css'

interface ConnectionVerdictViewProps {
  readonly verdict: ShownConnection
  /** Outcome, sentence, remedy and code alone: for a list. */
  readonly compact?: boolean
}

/** May this connection in, and why: the answer first, then what it rests on, step by step. */
export function ConnectionVerdictView({ verdict, compact = false }: ConnectionVerdictViewProps) {
  const { t } = useTranslation()
  const { outcome, code, sentence, remedy, subject } = verdict
  const head = (
    <VerdictHead outcome={outcome} says={t(`verdict.outcomes.${outcome}`)} code={code} sentence={sentence}>
      <Remedy
        code={code}
        text={remedy}
        deviceId={textOf(subject['device_id'])}
        address={textOf(subject['address'])}
      />
    </VerdictHead>
  )
  if (compact) return head
  // An explanation is not kept, so it has no id: nobody came.
  const asked = verdict.id === undefined
  return (
    <div className="verdict">
      {head}
      <Part title={t('verdict.stepsTitle')}>
        <Steps steps={verdict.steps} />
      </Part>
      <div className="verdict-sides">
        <Part title={t(asked ? 'verdict.askedTitle' : 'verdict.subjectTitle')}>
          <Subject verdict={verdict} />
        </Part>
        <Part title={t(asked ? 'verdict.wouldAnswerTitle' : 'verdict.answerTitle')}>
          <Answered answer={verdict.answer} />
        </Part>
      </div>
      <RawJson of={verdict} />
    </div>
  )
}

interface VerdictHeadProps {
  readonly outcome: ShownConnection['outcome']
  /** The outcome in a word. */
  readonly says: string
  readonly code: string
  readonly sentence: string
  /** The remedy. */
  readonly children: ReactNode
}

/** What was decided, in one block that can be read from a distance. */
export function VerdictHead({ outcome, says, code, sentence, children }: VerdictHeadProps) {
  return (
    <div className={`verdict-head verdict-${outcome}`}>
      <p className="verdict-outcome">
        <StatusMark mark={markOf[outcome]}>
          <strong>{says}</strong>
        </StatusMark>
        <code className="faint small">{code}</code>
      </p>
      <p className="break">{sentence}</p>
      {children}
    </div>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId()
  return (
    <section className="verdict-part" aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  )
}

/** The steps in their order, along a line; the first that failed decided. */
function Steps({ steps }: { readonly steps: readonly ShownStep[] }) {
  const deciding = steps.findIndex(({ outcome }) => outcome === 'failed')
  return (
    <ol className="steps">
      {steps.map((step, at) => (
        <Step key={step.name} step={step} decides={at === deciding} />
      ))}
    </ol>
  )
}

function Step({ step, decides }: { readonly step: ShownStep; readonly decides: boolean }) {
  const { t } = useTranslation()
  const { name, outcome, code, sentence, seen, expected } = step
  const word = useWord()
  const title = (
    <span className="step-title">
      <StatusMark mark={markOf[outcome]}>{word('steps', name) ?? name}</StatusMark>
      <span className="faint small">{t(`verdict.outcomes.${outcome}`)}</span>
      {decides && <span className="tag">{t('verdict.decided')}</span>}
    </span>
  )
  // Of the deciding step the sentence stands above, in the head.
  const says = sentence !== undefined && !decides
  const hasMore = says || seen !== undefined || expected !== undefined
  return (
    <li className={`step step-${outcome}`}>
      {hasMore ? (
        <details open={outcome === 'failed' || outcome === 'noted'}>
          <summary>{title}</summary>
          <div className="step-body">
            {says && (
              <p className="break">
                {sentence} <code className="faint small">{code}</code>
              </p>
            )}
            <Evidence seen={seen} expected={expected} />
          </div>
        </details>
      ) : (
        title
      )}
    </li>
  )
}

function Subject({
  verdict: { id, subject, at, duration_us: micros },
}: {
  readonly verdict: ShownConnection
}) {
  const { t } = useTranslation()
  const language = useLanguage()
  const millis = parseWireTime(at)
  const fact = (name: 'client_id' | 'username' | 'address'): readonly (readonly [string, ReactNode])[] => {
    const text = textOf(subject[name])
    const title = t(`verdict.facts.${name}`)
    return text === undefined ? [] : [[title, <CopyText key={name} text={text} what={title} />]]
  }
  const deviceId = textOf(subject['device_id'])
  const listener = textOf(subject['listener'])
  const fingerprint = textOf(subject['fingerprint'])
  return (
    <Facts
      facts={[
        ...(deviceId === undefined
          ? []
          : [
              [
                t('verdict.facts.device_id'),
                <Link key="device" className="link code break" to="/devices/$deviceId" params={{ deviceId }}>
                  {deviceId}
                </Link>,
              ] as const,
            ]),
        ...fact('client_id'),
        ...fact('username'),
        ...(id === undefined ? [] : fact('address')),
        ...(listener === undefined ? [] : [[t('verdict.facts.listener'), listener.toUpperCase()] as const]),
        ...(fingerprint === undefined
          ? []
          : [
              [
                t('verdict.facts.fingerprint'),
                <CopyText
                  key="fingerprint"
                  text={fingerprintText(fingerprint)}
                  what={t('verdict.facts.fingerprint')}
                />,
              ] as const,
            ]),
        [t('verdict.at'), millis === undefined ? at : exactTime(millis, language)],
        [
          t('verdict.took'),
          t('verdict.millis', { millis: new Intl.NumberFormat(language).format(micros / 1000) }),
        ],
      ]}
    />
  )
}

/** What the client was told: to know by which words it will report it. */
function Answered({ answer: { mqtt, mqtt5 } }: { readonly answer: ShownConnection['answer'] }) {
  const { t } = useTranslation()
  const word = useWord()
  if (mqtt === null && mqtt5 === null) return <p>{t('verdict.closed')}</p>
  const told = (code: string | number, words: string | undefined) => (
    <span className="wrapping">
      <code>{code}</code> {words}
    </span>
  )
  return (
    <Facts
      facts={[
        ...(mqtt === null ? [] : [['MQTT 3.1.1', told(mqtt, word('mqtt', String(mqtt)))] as const]),
        ...(mqtt5 === null ? [] : [['MQTT 5.0', told(mqtt5, word('mqtt5', mqtt5))] as const]),
      ]}
    />
  )
}

/** All of it as the API says it, to be sent to somebody or searched. */
export function RawJson({ of: value }: { readonly of: unknown }) {
  const { t } = useTranslation()
  return (
    <details className="raw-json">
      <summary>{t('verdict.raw')}</summary>
      <CodeBlock text={JSON.stringify(value, undefined, 2)} what={t('verdict.raw')} />
    </details>
  )
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
