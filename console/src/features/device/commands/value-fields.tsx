import { Input, Select, Switch } from 'antd'
import { type FocusEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type ControlProps, Field } from '../../../components/field.tsx'
import { boundsText } from '../../../lib/bounds-text.ts'
import { asFields, asJson, type Draft, parseObject, readValue, type ValueRule } from './values.ts'

interface ValueFieldsProps {
  /** What the JSON holds, e.g. "Parameters". */
  readonly label: string
  readonly rules: readonly ValueRule[]
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
  /** Sending was tried: faults are told in fields that nobody has been in, too. */
  readonly tried: boolean
  /** What is known of a value beside its rule, e.g. what was reported last. */
  readonly hintOf?: (name: string) => string | undefined
}

/** A field a value, by its type; or all values as one JSON object, for what the model does not foresee. */
export function ValueFields({ label, rules, draft, onChange, tried, hintOf }: ValueFieldsProps) {
  const { t } = useTranslation()
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const { fields, json } = draft
  return (
    <>
      <div className="wrapping downlink-values-head">
        <span className="downlink-values-title">{label}</span>
        <label className="downlink-switch">
          <Switch
            size="small"
            checked={json !== undefined}
            onChange={(asText) => onChange(asText ? asJson(rules, draft) : asFields(rules, draft))}
          />
          {t('downlinks.asJson')}
        </label>
      </div>
      {json !== undefined ? (
        <JsonField label={label} json={json} onChange={(text) => onChange({ fields, json: text })} />
      ) : rules.length === 0 ? (
        <p className="faint">{t('downlinks.noParameters')}</p>
      ) : (
        rules.map((rule) => {
          const { name } = rule
          const text = fields.get(name) ?? ''
          const read = readValue(rule, text)
          const isTold = tried || (left.has(name) && text !== '')
          return (
            <Field
              key={name}
              label={<ValueLabel rule={rule} />}
              help={<ValueHelp rule={rule} hint={hintOf?.(name)} />}
              error={
                isTold && read.kind === 'fault'
                  ? t(`downlinks.faults.${read.fault.kind}`, {
                      bound: 'bound' in read.fault ? read.fault.bound : '',
                    })
                  : undefined
              }
            >
              {(control) => (
                <ValueControl
                  control={control}
                  rule={rule}
                  text={text}
                  onChange={(next) => onChange({ fields: new Map(fields).set(name, next), json: undefined })}
                  onLeave={({ relatedTarget: to }) => {
                    // A line that appears now would move the button away under the pointer; sending tells all faults.
                    if (to instanceof HTMLButtonElement && to.type === 'submit') return
                    setLeft(new Set(left).add(name))
                  }}
                />
              )}
            </Field>
          )
        })
      )}
    </>
  )
}

interface JsonFieldProps {
  readonly label: string
  readonly json: string
  readonly onChange: (json: string) => void
}

/** Values as one JSON object; what is none is told at once, since nothing can be sent meanwhile. */
export function JsonField({ label, json, onChange }: JsonFieldProps) {
  const { t } = useTranslation()
  const isObject = json.trim() === '' || parseObject(json) !== undefined
  return (
    <Field
      label={t('downlinks.jsonOf', { what: label })}
      error={isObject ? undefined : t('downlinks.faults.object')}
    >
      {(control) => (
        <Input.TextArea
          {...control}
          className="code"
          autoComplete="off"
          spellCheck={false}
          rows={6}
          value={json}
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  )
}

function ValueLabel({ rule: { name, required } }: { readonly rule: ValueRule }) {
  const { t } = useTranslation()
  return (
    <span className="downlink-label">
      <code className="break">{name}</code>
      <span className="faint small">{t(required ? 'downlinks.required' : 'common.optional')}</span>
    </span>
  )
}

interface ValueHelpProps {
  readonly rule: ValueRule
  readonly hint: string | undefined
}

/** Type, bounds and what the model says of it, in a line. */
function ValueHelp({ rule, hint }: ValueHelpProps) {
  const { t } = useTranslation()
  const { data_type: type, unit, description, step, max_length: most } = rule
  // What is chosen from a list says all that by itself.
  const isChosen = type === 'enum' || type === 'boolean'
  return [
    isChosen ? undefined : type,
    isChosen ? unit : boundsText(rule),
    step !== undefined && step > 0 ? t('downlinks.stepOf', { step }) : undefined,
    type === 'string' && most !== undefined && most > 0 ? t('downlinks.lengthOf', { most }) : undefined,
    type === 'string list' ? t('downlinks.lineEach') : undefined,
    description,
    hint,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ')
}

interface ValueControlProps {
  readonly control: ControlProps
  readonly rule: ValueRule
  readonly text: string
  readonly onChange: (text: string) => void
  readonly onLeave: (event: FocusEvent) => void
}

function ValueControl({ control, rule, text, onChange, onLeave }: ValueControlProps) {
  const { data_type: type, enum_list: choices = [] } = rule
  switch (type) {
    case 'boolean':
    case 'enum':
      return (
        <Select<string>
          {...control}
          allowClear
          {...(text !== '' && { value: text })}
          options={(type === 'boolean' ? ['true', 'false'] : choices).map((one) => ({
            value: one,
            label: one,
          }))}
          onChange={(next: string | undefined) => onChange(next ?? '')}
          onBlur={onLeave}
        />
      )
    case 'jsonObject':
    case 'string list':
      return (
        <Input.TextArea
          {...control}
          className="code"
          spellCheck={false}
          rows={3}
          value={text}
          onChange={({ target }) => onChange(target.value)}
          onBlur={onLeave}
        />
      )
    default:
      return (
        <Input
          {...control}
          autoComplete="off"
          spellCheck={false}
          // The keys for figures have no minus everywhere.
          inputMode={Number(rule.min ?? -1) >= 0 ? 'decimal' : 'text'}
          {...(type === 'DateTime' && { placeholder: '20151212T121212Z' })}
          value={text}
          onChange={({ target }) => onChange(target.value)}
          onBlur={onLeave}
        />
      )
  }
}
