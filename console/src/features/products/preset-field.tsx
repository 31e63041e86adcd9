import { Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { useLanguage } from '../../components/language.ts'
import { industryLabel } from './industries.ts'
import type { Preset } from './presets/preset.ts'

interface PresetFieldProps {
  /** Undefined while they are loaded. */
  readonly presets: readonly Preset[] | undefined
  readonly value: string | undefined
  readonly onChange: (id: string | undefined) => void
  /** Only of this one; absent: of all. */
  readonly industry?: string
}

/** A choice among the preset models, by industry. */
export function PresetField({ presets, value, onChange, industry }: PresetFieldProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const fitting = (presets ?? []).filter((preset) => industry === undefined || preset.industry === industry)
  const chosen = fitting.find(({ id }) => id === value)
  const groups = [...new Set(fitting.map((preset) => preset.industry))]
  return (
    <Field label={t('model.presetModel')} help={chosen ? chosen.about[language] : t('model.presetHelp')}>
      {(control) => (
        <Select<string>
          {...control}
          allowClear
          loading={presets === undefined}
          showSearch={{ optionFilterProp: 'label' }}
          placeholder={t('model.noPreset')}
          {...(value !== undefined && { value })}
          onChange={(id: string | undefined) => onChange(id)}
          options={groups.map((group) => ({
            label: industryLabel(t, group),
            options: fitting
              .filter((preset) => preset.industry === group)
              .map(({ id, name }) => ({ value: id, label: name[language] })),
          }))}
        />
      )}
    </Field>
  )
}
