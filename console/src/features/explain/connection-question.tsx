import { useMutation } from '@tanstack/react-query'
import { Button, Input, Segmented } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { CertificateInput } from '../../components/certificate-input.tsx'
import { ChainView } from '../../components/chain-view.tsx'
import { Field } from '../../components/field.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, ErrorState } from '../../components/states.tsx'
import { ConnectionVerdictView } from '../../components/verdict-view.tsx'
import { type ConnectionQuestion as Question, explainConnection } from './explain.ts'
import './explain.css'

interface ConnectionQuestionProps {
  readonly projectId: string
  readonly deviceId: string | undefined
  /** Chooses the device. */
  readonly device: ReactNode
}

const nothing = { chain: '', clientId: '', username: '', password: '', listener: 'mqtts' } as const

/** What a device would come with, and what the platform would say to it. */
export function ConnectionQuestion({ projectId, deviceId, device }: ConnectionQuestionProps) {
  const { t } = useTranslation()
  const [given, setGiven] = useState<Omit<Question, 'deviceId'>>(nothing)
  const [empty, setEmpty] = useState(false)
  const answer = useMutation({ mutationFn: () => explainConnection(projectId, { ...given, deviceId }) })
  const portId = useId()
  const text = (name: 'clientId' | 'username' | 'password') => ({
    autoComplete: 'off',
    spellCheck: false,
    maxLength: 1024,
    value: given[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) =>
      setGiven({ ...given, [name]: target.value }),
  })
  const isEmpty =
    deviceId === undefined && given.chain === '' && given.clientId === '' && given.username === ''

  return (
    <div className="columns explain">
      <form
        className="form panel"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setEmpty(isEmpty)
          if (!isEmpty) answer.mutate()
        }}
      >
        {device}
        <CertificateInput
          label={t('would.chain')}
          help={t('would.chainHelp')}
          value={given.chain}
          onChange={(chain) => setGiven((was) => ({ ...was, chain }))}
          error={sentenceFor(answer.error, 'certificate_chain')}
        />
        <Field
          label={t('would.clientId')}
          help={t('would.clientIdHelp')}
          error={sentenceFor(answer.error, 'client_id')}
        >
          {(control) => <Input {...control} className="code" {...text('clientId')} />}
        </Field>
        <Field label={t('would.username')} error={sentenceFor(answer.error, 'username')}>
          {(control) => <Input {...control} className="code" {...text('username')} />}
        </Field>
        <Field
          label={t('would.password')}
          help={t('would.passwordHelp')}
          error={sentenceFor(answer.error, 'password')}
        >
          {(control) => (
            <Input.Password {...control} className="code" {...text('password')} autoComplete="new-password" />
          )}
        </Field>
        <div className="field" role="group" aria-labelledby={portId}>
          <span id={portId} className="explain-label">
            {t('would.port')}
          </span>
          <div>
            <Segmented<Question['listener']>
              aria-labelledby={portId}
              value={given.listener}
              options={[
                { value: 'mqtts', label: t('would.mqtts') },
                { value: 'mqtt', label: t('would.mqtt') },
              ]}
              onChange={(listener) => setGiven({ ...given, listener })}
            />
          </div>
        </div>
        {empty && isEmpty && (
          <p className="field-error" role="alert">
            {t('would.needSomething')}
          </p>
        )}
        <div>
          <Button type="primary" htmlType="submit" loading={answer.isPending}>
            {t('would.judge')}
          </Button>
        </div>
      </form>
      <div className="explain-answer" role="status">
        {answer.error ? (
          <ErrorState error={answer.error} />
        ) : answer.data ? (
          <>
            <ConnectionVerdictView verdict={answer.data.verdict} />
            {answer.data.certificates.length > 0 && (
              <Panel title={t('would.certificates')}>
                <ChainView items={answer.data.certificates.map((certificate) => ({ certificate }))} />
              </Panel>
            )}
          </>
        ) : (
          <EmptyState text={t('would.emptyConnection')} />
        )}
      </div>
    </div>
  )
}
