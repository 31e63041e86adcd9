import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Select, Switch } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { notify } from '../../components/notices.tsx'
import { Panel } from '../../components/panel.tsx'
import { ErrorState } from '../../components/states.tsx'
import { certificatesKey } from './certificates.ts'
import {
  changeSelfRegistration,
  type OwnCertificate,
  type SelfRegistrationChange,
} from './own-certificates.ts'

interface SelfRegistrationProps {
  readonly projectId: string
  readonly certificate: OwnCertificate
  /** Those that can be bound. */
  readonly templates: readonly { readonly template_id: string; readonly template_name: string }[]
}

/** Whether devices with certificates of this CA register themselves, and by which template. */
export function SelfRegistration({ projectId, certificate, templates }: SelfRegistrationProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const labelId = useId()
  const { certificate_id: id, provision_enable: isOn, template_id: templateId, verified } = certificate
  const change = useMutation({
    mutationFn: (next: SelfRegistrationChange) => changeSelfRegistration(projectId, id, next),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: certificatesKey(projectId) })
      notify(t('selfRegistration.saved'))
    },
  })
  const fault = sentenceFor(change.error, 'template_id')
  const toPage = (
    <Link className="link" to="/provisioning">
      {t('selfRegistration.toTemplates')}
    </Link>
  )
  return (
    <Panel title={t('selfRegistration.title')} text={t('selfRegistration.text')}>
      <div className="form">
        <div className="wrapping">
          <Switch
            aria-labelledby={labelId}
            checked={isOn}
            loading={change.isPending}
            onChange={(on) => change.mutate({ provision_enable: on })}
          />
          <span id={labelId}>{t('selfRegistration.switch')}</span>
        </div>
        {templates.length === 0 ? (
          <p className="soft">
            {t('selfRegistration.noTemplates')} {toPage}
          </p>
        ) : (
          <Field label={t('selfRegistration.template')} help={toPage} error={fault}>
            {(control) => (
              <Select
                {...control}
                allowClear
                disabled={change.isPending}
                placeholder={t('selfRegistration.choose')}
                value={templateId}
                onChange={(next: string | undefined) => change.mutate({ template_id: next ?? null })}
                options={templates.map(({ template_id: value, template_name: label }) => ({ value, label }))}
              />
            )}
          </Field>
        )}
        <div role="status">
          {isOn && templateId === undefined && (
            <p className="warning-box">{t('selfRegistration.needTemplate')}</p>
          )}
          {isOn && !verified && <p className="warning-box">{t('selfRegistration.needVerified')}</p>}
        </div>
        {change.error && fault === undefined && <ErrorState error={change.error} />}
      </div>
    </Panel>
  )
}
