import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { CertificateInput } from '../../components/certificate-input.tsx'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { Field } from '../../components/field.tsx'
import { Panel } from '../../components/panel.tsx'
import { Remedy } from '../../components/remedy.tsx'
import { ErrorState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { readersOf } from './template-text.ts'
import {
  type SubjectField,
  type TemplateBody,
  templateQuery,
  type TemplateSummary,
  type Trial,
  tryTemplate,
} from './templates.ts'

interface CertificateTrialProps {
  readonly projectId: string
  readonly templates: readonly TemplateSummary[]
}

/** Which device would this template make of this certificate? Answered as a listener would; nothing is kept. */
export function CertificateTrial({ projectId, templates }: CertificateTrialProps) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<string>()
  const [certificate, setCertificate] = useState('')
  const templateId = templates.find(({ template_id: id }) => id === chosen)
    ? chosen
    : templates[0]?.template_id
  const template = useQuery({
    ...templateQuery(projectId, templateId ?? ''),
    enabled: templateId !== undefined,
  })
  const trial = useMutation({
    mutationFn: (asked: { readonly templateId: string; readonly certificate: string }) =>
      tryTemplate(projectId, asked.templateId, asked.certificate),
  })
  const fault = sentenceFor(trial.error, 'certificate')
  const isReady = templateId !== undefined && certificate.trim() !== ''
  return (
    <Panel title={t('provisioning.try')} text={t('provisioning.tryText')}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) trial.mutate({ templateId, certificate })
        }}
      >
        <Field label={t('provisioning.template')}>
          {({ id, status, 'aria-describedby': describedBy }) => (
            <Select
              id={id}
              status={status}
              aria-describedby={describedBy}
              value={templateId}
              onChange={(next: string) => {
                setChosen(next)
                trial.reset()
              }}
              options={templates.map(({ template_id: value, template_name: label }) => ({ value, label }))}
            />
          )}
        </Field>
        <CertificateInput
          label={t('provisioning.deviceCertificate')}
          help={t('provisioning.deviceCertificateHelp')}
          value={certificate}
          onChange={(pem) => {
            setCertificate(pem)
            trial.reset()
          }}
          error={fault}
        />
        <div>
          <Button type="primary" htmlType="submit" disabled={!isReady} loading={trial.isPending}>
            {t('provisioning.test')}
          </Button>
        </div>
        <div role="status">
          {trial.error && fault === undefined && <ErrorState error={trial.error} />}
          {trial.data && <Tried trial={trial.data} body={template.data?.template_body} />}
        </div>
      </form>
    </Panel>
  )
}

interface TriedProps {
  readonly trial: Trial
  /** Tells which fields the template reads. */
  readonly body: TemplateBody | undefined
}

function Tried({ trial, body }: TriedProps) {
  const { t } = useTranslation()
  const { registers, device, ca, problems, fields } = trial
  return (
    <div className="form">
      <p>
        <StatusMark mark={registers ? 'passed' : 'refused'}>
          <strong>{t(registers ? 'provisioning.registers' : 'provisioning.registersNot')}</strong>
        </StatusMark>
      </p>
      {problems.length > 0 && (
        <ul className="plain-list" aria-label={t('provisioning.why')}>
          {problems.map(({ code, sentence, remedy }) => (
            <li key={code}>
              <p className="break">{sentence}</p>
              <Remedy code={code} text={remedy} deviceId={device?.device_id} />
            </li>
          ))}
        </ul>
      )}
      <h3>{t('provisioning.wouldBe')}</h3>
      {device ? <MadeDevice device={device} /> : <p className="faint">{t('provisioning.noDevice')}</p>}
      <h3>{t('provisioning.fields')}</h3>
      <Facts
        facts={Object.entries(fields).map(([field, value]) => [
          field,
          <span key={field} className="lines">
            {value === null ? (
              <span className="faint">{t('provisioning.notInSubject')}</span>
            ) : (
              <span className="code break">{value}</span>
            )}
            <Readers names={body ? readersOf(body, field as SubjectField) : []} />
          </span>,
        ])}
      />
      <p>
        {ca ? (
          <>
            {t('provisioning.leadsTo')}{' '}
            <Link
              className="link break"
              to="/ca-certificates/$certificateId"
              params={{ certificateId: ca.certificate_id }}
            >
              {ca.name || ca.certificate_id}
            </Link>
          </>
        ) : (
          <span className="soft">{t('provisioning.leadsNowhere')}</span>
        )}
      </p>
    </div>
  )
}

function Readers({ names }: { readonly names: readonly string[] }) {
  const { t } = useTranslation()
  if (names.length === 0) return null
  return <span className="soft small">{t('provisioning.readFor', { members: names.join(', ') })}</span>
}

function MadeDevice({ device }: { readonly device: NonNullable<Trial['device']> }) {
  const { t } = useTranslation()
  const { device_id: id, node_id: nodeId, product_id: productId, device_name: name, tags } = device
  return (
    <Facts
      facts={[
        [t('provisioning.deviceId'), <CopyText key="id" text={id} what={t('provisioning.deviceId')} />],
        [
          t('provisioning.nodeId'),
          <span key="node" className="code break">
            {nodeId}
          </span>,
        ],
        [
          t('provisioning.product'),
          <Link key="product" className="link code break" to="/products/$productId" params={{ productId }}>
            {productId}
          </Link>,
        ],
        [
          t('provisioning.deviceName'),
          <span key="name" className="break">
            {name ?? '—'}
          </span>,
        ],
        [
          t('provisioning.tags'),
          <span key="tags" className="break">
            {tags
              .map(({ tag_key: key, tag_value: value }) => (value === null ? key : `${key}: ${value}`))
              .join(', ') || '—'}
          </span>,
        ],
      ]}
    />
  )
}
