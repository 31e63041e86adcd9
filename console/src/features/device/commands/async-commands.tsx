import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { InputNumber, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../../api/api-error.ts'
import { CodeBlock } from '../../../components/code-block.tsx'
import { CopyText } from '../../../components/copy-text.tsx'
import { Facts } from '../../../components/facts.tsx'
import { Field } from '../../../components/field.tsx'
import { notify } from '../../../components/notices.tsx'
import { Panel } from '../../../components/panel.tsx'
import { Answer, EmptyState, ErrorState } from '../../../components/states.tsx'
import { type Mark, StatusMark } from '../../../components/status-mark.tsx'
import { Time } from '../../../components/time.tsx'
import type { Place } from '../device.ts'
import { CommandForm, type ModelService } from './command-form.tsx'
import { answerText } from './device-answer.tsx'
import {
  type AsyncCommand,
  asyncCommandQuery,
  asyncCommandsKey,
  type CommandBody,
  endedCommandsQuery,
  queueCommand,
  queuedCommandsQuery,
} from './downlinks.ts'

interface AsyncCommandsProps {
  readonly place: Place
  readonly services: readonly ModelService[]
}

type Strategy = AsyncCommand['send_strategy']

/** Hours that a command may wait (northbound §4.7): the most, and what it is without a choice. */
const HOURS_MAX = 48
const HOURS_DEFAULT = 24

/** Commands that nobody waits for: those in the queue, and what became of the others. */
export function AsyncCommands({ place, services }: AsyncCommandsProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const queued = useQuery(queuedCommandsQuery(place))
  const ended = useQuery(endedCommandsQuery(place))
  const [strategy, setStrategy] = useState<Strategy>('delay')
  const [hours, setHours] = useState<number | null>(HOURS_DEFAULT)
  const send = useMutation({
    mutationFn: (command: CommandBody) =>
      queueCommand(place, {
        ...command,
        send_strategy: strategy,
        ...(strategy === 'delay' && hours !== null && { expire_time: hours * 3600 }),
      }),
    onSuccess: ({ status }) => notify(t(status === 'SENT' ? 'downlinks.commandSent' : 'downlinks.queuedNow')),
    onSettled: () => client.invalidateQueries({ queryKey: asyncCommandsKey(place) }),
  })
  const expiryFault = sentenceFor(send.error, 'expire_time')
  return (
    <div className="downlink-columns">
      <Panel title={t('downlinks.queueCommand')} text={t('downlinks.queueCommandText')}>
        <CommandForm
          services={services}
          submitText={t('downlinks.send')}
          busy={send.isPending}
          onSubmit={(command) => send.mutate(command)}
          extra={
            <>
              <Field label={t('downlinks.strategy')}>
                {({ id }) => (
                  <Radio.Group
                    id={id}
                    className="downlink-choices"
                    aria-label={t('downlinks.strategy')}
                    value={strategy}
                    onChange={({ target }) => setStrategy(target.value as Strategy)}
                    options={(['delay', 'immediately'] as const).map((value) => ({
                      value,
                      label: t(`downlinks.strategies.${value}`),
                    }))}
                  />
                )}
              </Field>
              {strategy === 'delay' && (
                <Field label={t('downlinks.expires')} help={t('downlinks.expiresHelp')} error={expiryFault}>
                  {(control) => (
                    <InputNumber
                      {...control}
                      min={1}
                      max={HOURS_MAX}
                      precision={0}
                      suffix={t('downlinks.hours')}
                      value={hours}
                      onChange={setHours}
                    />
                  )}
                </Field>
              )}
            </>
          }
        />
        {send.error && expiryFault === undefined && <ErrorState error={send.error} />}
      </Panel>
      <div className="stack">
        <Panel title={t('downlinks.queued')}>
          <Answer of={queued}>
            {(commands) => (
              <CommandList place={place} commands={commands} empty={t('downlinks.noneQueued')} />
            )}
          </Answer>
        </Panel>
        <Panel title={t('downlinks.ended')}>
          <Answer of={ended}>
            {(commands) => <CommandList place={place} commands={commands} empty={t('downlinks.noneEnded')} />}
          </Answer>
        </Panel>
      </div>
    </div>
  )
}

const markOf: { readonly [S in AsyncCommand['status']]: Mark } = {
  PENDING: 'inactive',
  SENT: 'unjudged',
  DELIVERED: 'passed',
  SUCCESSFUL: 'passed',
  FAILED: 'refused',
  TIMEOUT: 'refused',
  EXPIRED: 'attention',
}

interface CommandListProps {
  readonly place: Place
  readonly commands: readonly AsyncCommand[]
  readonly empty: string
}

function CommandList({ place, commands, empty }: CommandListProps) {
  if (commands.length === 0) return <EmptyState text={empty} />
  return (
    <ul className="connection-log">
      {commands.map((command) => (
        <CommandItem key={command.command_id} place={place} command={command} />
      ))}
    </ul>
  )
}

function CommandItem({ place, command }: { readonly place: Place; readonly command: AsyncCommand }) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <CommandLine command={command} />
        </summary>
        {open && <CommandDetail place={place} command={command} />}
      </details>
    </li>
  )
}

/** How far it is, what it asks for, and when each step was. */
function CommandLine({ command }: { readonly command: AsyncCommand }) {
  const { t } = useTranslation()
  const { status, service_id: service, command_name: name } = command
  return (
    <span className="connection-line">
      <span className="wrapping">
        <StatusMark mark={markOf[status]}>{t(`downlinks.commandStatus.${status}`)}</StatusMark>
        <code className="break">
          {[service, name].filter((part) => part !== undefined).join(' · ') || t('downlinks.free')}
        </code>
      </span>
      <span className="faint small">
        <CommandTimes command={command} />
      </span>
    </span>
  )
}

/** When it was made, and every step since. */
function CommandTimes({ command }: { readonly command: AsyncCommand }) {
  const { t } = useTranslation()
  const steps = [
    ['created', command.created_time],
    ['sent', command.sent_time],
    ['delivered', command.delivered_time],
    ['answered', command.response_time],
  ] as const
  return (
    <span className="wrapping">
      {steps.map(
        ([name, at]) =>
          at !== undefined && (
            <span key={name}>
              {t(`downlinks.times.${name}`)} <Time at={at} />
            </span>
          ),
      )}
    </span>
  )
}

function CommandDetail({ place, command }: { readonly place: Place; readonly command: AsyncCommand }) {
  const { t } = useTranslation()
  const whole = useQuery(asyncCommandQuery(place, command.command_id))
  return (
    <div className="connection-more stack">
      <Facts
        facts={[
          [
            t('downlinks.commandId'),
            <CopyText key="id" text={command.command_id} what={t('downlinks.commandId')} />,
          ],
          [t('downlinks.strategy'), t(`downlinks.strategies.${command.send_strategy}`)],
        ]}
      />
      <Answer of={whole}>
        {({ paras, result }) => (
          <>
            <div className="lines">
              <span className="soft small">{t('downlinks.parameters')}</span>
              <CodeBlock text={JSON.stringify(paras, undefined, 2)} what={t('downlinks.parameters')} />
            </div>
            {result !== undefined && (
              <div className="lines">
                <span className="soft small">{t('downlinks.answer')}</span>
                <CodeBlock text={answerText(result)} what={t('downlinks.answer')} />
              </div>
            )}
          </>
        )}
      </Answer>
    </div>
  )
}
