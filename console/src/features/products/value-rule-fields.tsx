import { Checkbox, Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { dataTypeNames } from './data-types.ts'
import type { DataType } from './model.ts'
import { isNumber, type RuleDraft, ruleFaults } from './value-rule.ts'

interface RuleFieldsProps {
  readonly draft: RuleDraft
  readonly onChange: (draft: RuleDraft) => void
  /** Our own faults are told only after someone tried to save. */
  readonly tried: boolean
  /** What the platform says of a field, by its wire name. */
  readonly told: (name: string) => string | undefined
}

/** The type of a value. */
export function DataTypeField({ draft, onChange, told }: Omit<RuleFieldsProps, 'tried'>) {
  const { t } = useTranslation()
  return (
    <Field
      label={t('model.dataType')}
      help={t(`model.typeHelp.${dataTypeNames[draft.dataType]}`)}
      error={told('data_type')}
    >
      {(control) => (
        <Select<DataType>
          {...control}
          value={draft.dataType}
          onChange={(dataType) => onChange({ ...draft, dataType })}
          options={Object.entries(dataTypeNames).map(([value, name]) => ({
            value: value as DataType,
            label: t(`model.types.${name}`),
          }))}
        />
      )}
    </Field>
  )
}

/** What a value of the type must be: only the bounds that the type knows. */
export function BoundFields({ draft, onChange, tried, told }: RuleFieldsProps) {
  const { t } = useTranslation()
  const ours = tried ? ruleFaults(draft) : {}
  const faultOf = (name: keyof typeof ours): string | undefined => {
    const fault = ours[name]
    return fault ? t(`model.faults.${fault}`) : told(name)
  }
  const text = (name: 'min' | 'max' | 'step' | 'unit' | 'maxLength', more: object) => (
    <Input
      {...more}
      autoComplete="off"
      value={draft[name]}
      onChange={(event) => onChange({ ...draft, [name]: event.target.value })}
    />
  )
  return (
    <>
      {isNumber(draft.dataType) && (
        <>
          <Field label={t('model.range')} help={t('model.rangeHelp')} error={faultOf('min') ?? told('max')}>
            {(control) => (
              <span className="value-range">
                {text('min', {
                  ...control,
                  'aria-label': t('model.min'),
                  placeholder: t('model.min'),
                  maxLength: 16,
                })}
                <span aria-hidden="true">–</span>
                {text('max', {
                  status: control.status,
                  'aria-label': t('model.max'),
                  placeholder: t('model.max'),
                  maxLength: 16,
                })}
              </span>
            )}
          </Field>
          <div className="field-pair">
            <Field label={t('model.step')} error={faultOf('step')}>
              {(control) => text('step', { ...control, placeholder: t('common.optional') })}
            </Field>
            <Field label={t('model.unit')} error={told('unit')}>
              {(control) => text('unit', { ...control, maxLength: 16, placeholder: t('common.optional') })}
            </Field>
          </div>
        </>
      )}
      {draft.dataType === 'string' && (
        <Field label={t('model.maxLength')} help={t('model.maxLengthHelp')} error={faultOf('max_length')}>
          {(control) => text('maxLength', { ...control, inputMode: 'numeric' })}
        </Field>
      )}
      {draft.dataType === 'enum' && (
        <Field label={t('model.enumValues')} help={t('model.enumHelp')} error={faultOf('enum_list')}>
          {(control) => (
            <Input.TextArea
              {...control}
              rows={4}
              value={draft.enumText}
              onChange={(event) => onChange({ ...draft, enumText: event.target.value })}
            />
          )}
        </Field>
      )}
    </>
  )
}

/** Whether it must be there, and what it means. */
export function MeaningFields({ draft, onChange, told }: Omit<RuleFieldsProps, 'tried'>) {
  const { t } = useTranslation()
  return (
    <>
      <Checkbox
        checked={draft.required}
        onChange={(event) => onChange({ ...draft, required: event.target.checked })}
      >
        {t('model.required')}
      </Checkbox>
      <DescriptionField
        value={draft.description}
        onChange={(description) => onChange({ ...draft, description })}
        error={told('description')}
      />
    </>
  )
}

interface DescriptionFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error: string | undefined
}

export function DescriptionField({ value, onChange, error }: DescriptionFieldProps) {
  const { t } = useTranslation()
  return (
    <Field label={t('model.description')} error={error}>
      {(control) => (
        <Input.TextArea
          {...control}
          rows={2}
          maxLength={128}
          placeholder={t('common.optional')}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
