import { useMutation, useQuery } from '@tanstack/react-query'
import { Button, Input, Radio, Select } from 'antd'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { topicsQuery } from '../../api/topics.ts'
import { Field } from '../../components/field.tsx'
import { useLanguage } from '../../components/language.ts'
import { Panel } from '../../components/panel.tsx'
import { Answer, EmptyState, ErrorState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { exactTime } from '../../lib/time.ts'
import { DeviceConnection, type Line, type Login, type Says } from './connection.ts'
import { publishTemplates, subscribeTemplates, type Template } from './templates.ts'
import './mqtt-client.css'

interface MqttClientProps {
  readonly deviceId: string
  readonly isOnline: boolean
  /** A report that the device's model takes; undefined: it has no property yet. */
  readonly report: object | undefined
  /** What the device proves itself with; its secret is asked of the platform. */
  readonly login: () => Promise<Login>
}

/** The device, played by this browser: connects as it, subscribes, publishes, and shows what passes. */
export function MqttClientPanel({ deviceId, isOnline, report, login }: MqttClientProps) {
  const { t } = useTranslation()
  const [connection] = useState(() => new DeviceConnection())
  const { phase, lines, subscriptions } = useSyncExternalStore(connection.subscribe, connection.read)
  const topics = useQuery(topicsQuery(useLanguage()))
  const connect = useMutation({ mutationFn: () => connection.connect(login, says) })
  // Whoever leaves the page takes the device along.
  useEffect(() => () => connection.end(), [connection])

  const says: Says = {
    connected: t('mqttClient.said.connected'),
    ended: (reason) => t('mqttClient.said.ended', { reason }),
    refused: (code) => t('mqttClient.said.refused', { code }),
    subscribed: (filter, qos) => t('mqttClient.said.subscribed', { filter, qos }),
    notSubscribed: (filter, code) => t('mqttClient.said.notSubscribed', { filter, code }),
    unsubscribed: (filter) => t('mqttClient.said.unsubscribed', { filter }),
    acknowledged: (verdict) => t('mqttClient.said.acknowledged', { verdict }),
    notTaken: (reason) => t('mqttClient.said.notTaken', { reason }),
  }

  return (
    <div className="stack">
      <Panel
        title={t('mqttClient.title')}
        text={t('mqttClient.text')}
        extra={
          <span role="status" className="small">
            <StatusMark mark={phase === 'connected' ? 'online' : 'offline'}>
              {t(`mqttClient.phase.${phase}`)}
            </StatusMark>
          </span>
        }
      >
        {phase === 'idle' && isOnline && <p className="soft">{t('mqttClient.takesOver')}</p>}
        {connect.error && <ErrorState error={connect.error} />}
        <div>
          {phase === 'connected' ? (
            <Button onClick={() => connection.end()}>{t('mqttClient.disconnect')}</Button>
          ) : (
            <Button type="primary" loading={phase === 'connecting'} onClick={() => connect.mutate()}>
              {t('mqttClient.connect')}
            </Button>
          )}
        </div>
      </Panel>
      <div className="mqtt-client">
        <Answer of={topics}>
          {(all) => (
            <div className="stack">
              <PublishForm
                isConnected={phase === 'connected'}
                templatesAt={() =>
                  publishTemplates(all, { deviceId, report, requestId: crypto.randomUUID(), now: Date.now() })
                }
                onPublish={(topic, payload, qos) => void connection.publish(topic, payload, qos, says)}
              />
              <SubscribeForm
                isConnected={phase === 'connected'}
                templates={subscribeTemplates(all, deviceId)}
                subscriptions={subscriptions}
                onSubscribe={(filter, qos) => void connection.subscribeTo(filter, qos, says)}
                onUnsubscribe={(filter) => void connection.unsubscribeFrom(filter, says)}
              />
            </div>
          )}
        </Answer>
        <Panel
          title={t('mqttClient.traffic')}
          extra={
            lines.length > 0 && (
              <Button size="small" onClick={() => connection.clear()}>
                {t('mqttClient.clear')}
              </Button>
            )
          }
        >
          {lines.length === 0 ? (
            <EmptyState text={t('mqttClient.noTraffic')} />
          ) : (
            <ul className="mqtt-client-lines" aria-label={t('mqttClient.traffic')} tabIndex={0}>
              {lines.map((line) => (
                <TrafficLine key={line.id} line={line} />
              ))}
            </ul>
          )}
        </Panel>
      </div>
    </div>
  )
}

interface PublishFormProps {
  readonly isConnected: boolean
  /** Made anew each time: with an id and a time of their own. */
  readonly templatesAt: () => readonly Template[]
  readonly onPublish: (topic: string, payload: string, qos: 0 | 1) => void
}

function PublishForm({ isConnected, templatesAt, onPublish }: PublishFormProps) {
  const { t } = useTranslation()
  const [templates] = useState(templatesAt)
  const [first] = templates
  const [name, setName] = useState(first?.name)
  const [topic, setTopic] = useState(first?.topic ?? '')
  const [payload, setPayload] = useState(first?.payload ?? '')
  const [qos, setQos] = useState<0 | 1>(1)
  const choose = (chosen: string): void => {
    const template = templatesAt().find((each) => each.name === chosen)
    if (!template) return
    setName(chosen)
    setTopic(template.topic)
    setPayload(template.payload)
  }
  return (
    <Panel title={t('mqttClient.publish')}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (isConnected && topic !== '') onPublish(topic, payload, qos)
        }}
      >
        <Field label={t('mqttClient.template')}>
          {({ id }) => <TemplateSelect id={id} value={name} templates={templates} onChange={choose} />}
        </Field>
        <Field label={t('mqttClient.topic')}>
          {(control) => (
            <Input
              {...control}
              className="code"
              spellCheck={false}
              value={topic}
              maxLength={512}
              onChange={({ target }) => setTopic(target.value)}
            />
          )}
        </Field>
        <Field label={t('mqttClient.payload')}>
          {(control) => (
            <Input.TextArea
              {...control}
              className="code"
              spellCheck={false}
              rows={9}
              value={payload}
              onChange={({ target }) => setPayload(target.value)}
            />
          )}
        </Field>
        <div className="mqtt-client-qos">
          <QosChoice value={qos} onChange={setQos} />
          <Button type="primary" htmlType="submit" disabled={!isConnected || topic === ''}>
            {t('mqttClient.send')}
          </Button>
        </div>
      </form>
    </Panel>
  )
}

interface SubscribeFormProps {
  readonly isConnected: boolean
  readonly templates: readonly Template[]
  readonly subscriptions: ReadonlyMap<string, number>
  readonly onSubscribe: (filter: string, qos: 0 | 1) => void
  readonly onUnsubscribe: (filter: string) => void
}

function SubscribeForm({
  isConnected,
  templates,
  subscriptions,
  onSubscribe,
  onUnsubscribe,
}: SubscribeFormProps) {
  const { t } = useTranslation()
  const [name, setName] = useState<string>()
  const [filter, setFilter] = useState('')
  const [qos, setQos] = useState<0 | 1>(1)
  return (
    <Panel title={t('mqttClient.subscribe')} text={t('mqttClient.subscribeText')}>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (isConnected && filter !== '') onSubscribe(filter, qos)
        }}
      >
        <Field label={t('mqttClient.template')}>
          {({ id }) => (
            <TemplateSelect
              id={id}
              value={name}
              templates={templates}
              onChange={(chosen) => {
                setName(chosen)
                setFilter(templates.find((each) => each.name === chosen)?.topic ?? '')
              }}
            />
          )}
        </Field>
        <Field label={t('mqttClient.filter')}>
          {(control) => (
            <Input
              {...control}
              className="code"
              spellCheck={false}
              value={filter}
              maxLength={512}
              onChange={({ target }) => setFilter(target.value)}
            />
          )}
        </Field>
        <div className="mqtt-client-qos">
          <QosChoice value={qos} onChange={setQos} />
          <Button htmlType="submit" disabled={!isConnected || filter === ''}>
            {t('mqttClient.subscribeNow')}
          </Button>
        </div>
      </form>
      {subscriptions.size > 0 && (
        <ul className="lines" aria-label={t('mqttClient.subscriptions')}>
          {[...subscriptions].map(([each, granted]) => (
            <li key={each} className="wrapping">
              <code className="break">{each}</code> <span className="soft small">QoS {granted}</span>
              <Button size="small" onClick={() => onUnsubscribe(each)}>
                {t('mqttClient.unsubscribe')}
              </Button>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  )
}

interface TemplateSelectProps {
  readonly id: string
  readonly value: string | undefined
  readonly templates: readonly Template[]
  readonly onChange: (name: string) => void
}

function TemplateSelect({ id, value, templates, onChange }: TemplateSelectProps) {
  const { t } = useTranslation()
  return (
    <Select
      id={id}
      showSearch={{ optionFilterProp: 'label' }}
      {...(value !== undefined && { value })}
      placeholder={t('mqttClient.chooseTemplate')}
      options={templates.map(({ name, purpose }) => ({ value: name, label: purpose }))}
      onChange={onChange}
    />
  )
}

function QosChoice({ value, onChange }: { readonly value: 0 | 1; readonly onChange: (qos: 0 | 1) => void }) {
  return (
    <Radio.Group
      aria-label="QoS"
      value={value}
      onChange={({ target }) => onChange(target.value === 1 ? 1 : 0)}
      options={[
        { value: 0, label: 'QoS 0' },
        { value: 1, label: 'QoS 1' },
      ]}
    />
  )
}

const arrows = { up: '↑', down: '↓', note: '·' } as const

function TrafficLine({ line: { at, way, topic, qos, text, isBad } }: { readonly line: Line }) {
  const { t } = useTranslation()
  const language = useLanguage()
  return (
    <li className="mqtt-client-line">
      <span className="small soft">
        <span aria-hidden="true">{arrows[way]}</span> {way !== 'note' && <>{t(`mqttClient.way.${way}`)} · </>}
        {exactTime(at, language)}
        {qos !== undefined && ` · QoS ${qos}`}
      </span>
      {topic !== undefined && <code className="break">{topic}</code>}
      {way === 'note' ? (
        <span className={isBad ? 'tone-danger' : undefined}>{text}</span>
      ) : (
        <pre className="code">{text}</pre>
      )}
    </li>
  )
}
