import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { DownlinkBody, NoticeBody } from '../../api/log-bodies.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { Remedy } from '../../components/remedy.tsx'
import { ReportVerdictView } from '../../components/report-verdict-view.tsx'
import { useWord } from '../../components/verdict.ts'
import { ConnectionVerdictView, RawJson } from '../../components/verdict-view.tsx'
import { decodedPayload, type StatusBody, type TailEntry, type UplinkBody } from './tail-entries.ts'

interface EntryDetailProps {
  readonly entry: TailEntry
  /** Its device is another page. */
  readonly ofMany: boolean
}

/** A packet, opened: what it was made of and what became of it. */
export function EntryDetail({ entry, ofMany }: EntryDetailProps) {
  const { t } = useTranslation()
  const { deviceId, bridgeId } = entry
  return (
    <>
      {ofMany && deviceId !== undefined && (
        <Link className="link code break" to="/devices/$deviceId" params={{ deviceId }}>
          {t('tail.openDevice', { device: deviceId })}
        </Link>
      )}
      {ofMany && bridgeId !== undefined && (
        <Link className="link code break" to="/bridges/$bridgeId" params={{ bridgeId }}>
          {t('tail.openBridge', { bridge: bridgeId })}
        </Link>
      )}
      <Opened entry={entry} />
    </>
  )
}

function Opened({ entry }: { readonly entry: TailEntry }) {
  switch (entry.kind) {
    case 'connection':
      return <ConnectionVerdictView verdict={entry.body} />
    case 'status':
      return <StatusFacts body={entry.body} />
    case 'report':
      return (
        <>
          <ReportVerdictView verdict={entry.body.verdict} compact />
          <Content body={entry.body} />
          <RawJson of={entry.body} />
        </>
      )
    case 'message-up':
    case 'event-up':
    case 'request':
    case 'response':
      return <Content body={entry.body} />
    case 'downlink':
      return <DownlinkFacts body={entry.body} />
    case 'notice':
      return <NoticeFacts body={entry.body} deviceId={entry.deviceId} />
  }
}

/** A step in the life of what a device is sent: what was sent with the first, why it failed with the last. */
function DownlinkFacts({ body }: { readonly body: DownlinkBody }) {
  const { t } = useTranslation()
  const {
    type,
    id,
    state,
    topic,
    payload,
    payload_encoding: encoding = 'utf8',
    code,
    sentence,
    remedy,
  } = body
  return (
    <>
      {sentence !== undefined && <p className="break">{sentence}</p>}
      {code !== undefined && <Remedy code={code} text={remedy ?? ''} />}
      <Facts
        facts={[
          [t('tail.kinds.downlink'), `${t(`tail.types.${type}`)} · ${t(`tail.states.${state}`)}`],
          [t('tail.requestId'), <CopyText key="id" text={id} what={t('tail.requestId')} />],
        ]}
      />
      {topic !== undefined && payload !== undefined ? (
        <Content body={{ topic, payload, payload_encoding: encoding }} />
      ) : (
        <RawJson of={body} />
      )}
    </>
  )
}

/** What a device said that was not acted on: why, and what to do. */
function NoticeFacts({
  body,
  deviceId,
}: {
  readonly body: NoticeBody
  readonly deviceId: string | undefined
}) {
  const { t } = useTranslation()
  const { code, sentence, remedy, topic } = body
  return (
    <>
      <p className="break">
        {sentence} <code className="faint small">{code}</code>
      </p>
      <Remedy code={code} text={remedy} deviceId={deviceId} />
      {topic !== undefined && (
        <Facts facts={[[t('tail.topic'), <CopyText key="topic" text={topic} what={t('tail.topic')} />]]} />
      )}
      <RawJson of={body} />
    </>
  )
}

function Content({ body }: { readonly body: UplinkBody & { readonly payload_bytes?: number } }) {
  const { t } = useTranslation()
  const decoded = decodedPayload(body)
  return (
    <>
      <Facts
        facts={[
          [t('tail.topic'), <CopyText key="topic" text={body.topic} what={t('tail.topic')} />],
          ...(body.request_id === undefined
            ? []
            : [
                [
                  t('tail.requestId'),
                  <CopyText key="request" text={body.request_id} what={t('tail.requestId')} />,
                ] as const,
              ]),
          ...(body.payload_bytes === undefined
            ? []
            : [[t('tail.cut'), t('tail.bytes', { count: body.payload_bytes })] as const]),
        ]}
      />
      {decoded === undefined ? (
        <>
          <p className="soft">{t('tail.binaryHelp')}</p>
          <CodeBlock text={body.payload} what={t('tail.payload')} />
        </>
      ) : (
        <CodeBlock text={decoded} what={t('tail.payload')} />
      )}
    </>
  )
}

function StatusFacts({ body }: { readonly body: StatusBody }) {
  const { t } = useTranslation()
  const word = useWord()
  return (
    <>
      <Facts
        facts={[
          [t('tail.status'), t(body.status === 'ONLINE' ? 'tail.online' : 'tail.offline')],
          ...(body.address === undefined
            ? []
            : [
                [
                  t('verdict.facts.address'),
                  <CopyText key="address" text={body.address} what={t('verdict.facts.address')} />,
                ] as const,
              ]),
          ...(body.cause === undefined
            ? []
            : [
                [
                  t('tail.cause'),
                  word('causes', body.cause) ?? <code key="cause">{body.cause}</code>,
                ] as const,
              ]),
          ...(body.error === undefined
            ? []
            : [
                [
                  t('tail.fault'),
                  <span key="fault" className="break">
                    {body.error.detail} <code className="faint small">{body.error.clause}</code>
                  </span>,
                ] as const,
              ]),
        ]}
      />
      <RawJson of={body} />
    </>
  )
}
