import { Checkbox, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { TextField } from '../../components/text-field.tsx'
import { type AccessLetter, accessLetters, accessMethodOf, dataTypeNames, lettersOf } from './data-types.ts'
import { defaultText, defaultValueOf } from './default-value.ts'
import { faultAt, fieldBelow } from './model-fault.ts'
import { type Property, type Service } from './model.ts'
import { itemFault, itemPlace, withItem } from './service-items.ts'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'
import { BoundFields, DataTypeField, MeaningFields } from './value-rule-fields.tsx'
import { newRule, ruleDraftOf, ruleFaults, ruleOf } from './value-rule.ts'

interface PropertyDialogProps extends ModelTarget {
  readonly service: Service
  /** Absent: a new one. */
  readonly item?: Property | undefined
  readonly onClose: () => void
}

/** *Add Property* (guide S32–S38), and the same for one that is there. */
export function PropertyDialog({ service, item, onClose, ...target }: PropertyDialogProps) {
  const { t } = useTranslation()
  const [name, setName] = useState(item?.property_name ?? '')
  const [rule, setRule] = useState(() => (item ? ruleDraftOf(item) : newRule))
  const [letters, setLetters] = useState<readonly AccessLetter[]>(() =>
    item ? lettersOf(item.method) : ['R'],
  )
  const [preset, setPreset] = useState(() => defaultText(item?.default_value))
  const [tried, setTried] = useState(false)
  const { save, busy, error } = useSaveModel(target, target.product.service_capabilities)

  const place = itemPlace(target.product, service, 'properties', item?.property_name)
  const told = (field: string): string | undefined => faultAt(error, place, field)
  const method = accessMethodOf(letters)
  // As it was, it may be of another type: the platform does not hold it to the property's.
  const isAsItWas = item !== undefined && preset === defaultText(item.default_value)
  const read = isAsItWas ? { value: item.default_value } : defaultValueOf(rule.dataType, preset)
  const nameFault =
    itemFault(service, 'properties', name, item?.property_name) ?? (/[.$]/.test(name) ? 'dotted' : undefined)

  const submit = (): void => {
    setTried(true)
    if (nameFault || !method || read === 'unreadable' || Object.keys(ruleFaults(rule)).length > 0) return
    const next: Property = {
      property_name: name.trim(),
      ...ruleOf(rule),
      method,
      ...(read.value !== undefined && { default_value: read.value }),
    }
    save(withItem('properties', service.service_id, item?.property_name, next), onClose)
  }

  return (
    <FormDialog
      title={t(item ? 'model.editProperty' : 'model.addProperty')}
      text={t('model.propertyText', { service: service.service_id })}
      submitText={t('common.ok')}
      busy={busy}
      error={fieldBelow(error, place) === undefined ? error : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        spellCheck={false}
        label={t('model.propertyName')}
        help={t('model.propertyNameHelp')}
        error={(tried && nameFault ? t(`model.faults.${nameFault}`) : undefined) ?? told('property_name')}
        maxLength={64}
        autoFocus
        value={name}
        onChange={setName}
      />
      <DataTypeField draft={rule} onChange={setRule} told={told} />
      <fieldset className="field">
        <legend>{t('model.access')}</legend>
        <span className="wrapping">
          {accessLetters.map((letter) => (
            <Checkbox
              key={letter}
              checked={letters.includes(letter)}
              onChange={({ target: { checked } }) =>
                setLetters(checked ? [...letters, letter] : letters.filter((each) => each !== letter))
              }
            >
              {t(`model.accesses.${letter}`)}
            </Checkbox>
          ))}
        </span>
        {tried && !method && (
          <p className="field-error" role="alert">
            {t('model.faults.access')}
          </p>
        )}
        <p className="field-help">{t('model.accessHelp')}</p>
      </fieldset>
      <BoundFields draft={rule} onChange={setRule} tried={tried} told={told} />
      <Field
        label={t('model.defaultValue')}
        help={t('model.defaultHelp')}
        error={
          tried && read === 'unreadable'
            ? t('model.faults.default', { type: t(`model.types.${dataTypeNames[rule.dataType]}`) })
            : told('default_value')
        }
      >
        {(control) => (
          <Input
            {...control}
            autoComplete="off"
            spellCheck={false}
            placeholder={t('common.optional')}
            value={preset}
            onChange={(event) => setPreset(event.target.value)}
          />
        )}
      </Field>
      <MeaningFields draft={rule} onChange={setRule} told={told} />
    </FormDialog>
  )
}
