import { Button, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { TextField } from '../../../components/text-field.tsx'
import type { KeyKind } from '../openssl-commands.ts'
import type { CertificatePlan } from './acts.ts'
import { attributes, guideSubject, subjectFault, type SubjectField } from './subject.ts'

/** A hundred years: longer than any key will be trusted. */
const DAYS_MAX = 36_500

interface CertificateFormProps {
  readonly plan: CertificatePlan
  readonly onChange: (next: CertificatePlan) => void
  /** Faults are told once something was tried. */
  readonly tried: boolean
}

/** Whom a certificate is to name, its key, and how long it is to be valid (guide S51, S68). */
export function CertificateForm({ plan, onChange, tried }: CertificateFormProps) {
  const { t } = useTranslation()
  const { subject } = plan
  const fault = tried ? subjectFault(subject) : undefined
  const field = (name: SubjectField) => (
    <TextField
      key={name}
      label={t(`wizard.fields.${name}`)}
      error={fault?.field === name ? t(`wizard.faults.${fault.rule}`) : undefined}
      spellCheck={false}
      maxLength={attributes.find((attribute) => attribute.field === name)?.max ?? 64}
      placeholder={guideSubject[name]}
      value={subject[name]}
      onChange={(next) => onChange({ ...plan, subject: { ...subject, [name]: next } })}
    />
  )
  return (
    <>
      <div className="wizard-fields">
        {field('commonName')}
        <Field label={t('wizard.keyKind')}>
          {({ id, status, 'aria-describedby': describedBy }) => (
            <Select<KeyKind>
              id={id}
              status={status}
              aria-describedby={describedBy}
              value={plan.keyKind}
              onChange={(keyKind) => onChange({ ...plan, keyKind })}
              options={[
                { value: 'rsa', label: t('wizard.rsa') },
                { value: 'p256', label: t('wizard.p256') },
              ]}
            />
          )}
        </Field>
        <Field label={t('wizard.days')}>
          {({ id, status, 'aria-describedby': describedBy }) => (
            <InputNumber
              id={id}
              status={status}
              aria-describedby={describedBy}
              className="wizard-days"
              min={1}
              max={DAYS_MAX}
              precision={0}
              value={plan.days}
              onChange={(days) => onChange({ ...plan, days: days ?? 1 })}
            />
          )}
        </Field>
      </div>
      <details open={fault !== undefined && fault.field !== 'commonName' ? true : undefined}>
        <summary>{t('wizard.moreFields')}</summary>
        <p className="soft small">{t('wizard.moreFieldsText')}</p>
        <div className="wizard-fields">
          {attributes.filter((each) => each.field !== 'commonName').map((each) => field(each.field))}
        </div>
        <Button size="small" onClick={() => onChange({ ...plan, subject: guideSubject })}>
          {t('wizard.guideValues')}
        </Button>
      </details>
    </>
  )
}
