import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { ImportForm } from './import-form.tsx'
import { PresetField } from './preset-field.tsx'
import { presetsQuery } from './presets.ts'
import { modelOf } from './presets/preset.ts'
import type { ModelTarget } from './use-save-model.ts'

interface PresetDialogProps extends ModelTarget {
  readonly onClose: () => void
}

/** *Preset model* for a product that is there already: like a file that the platform brings along. */
export function PresetDialog(props: PresetDialogProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const [chosen, setChosen] = useState<string>()
  const presets = useQuery(presetsQuery)
  const preset = presets.data?.find(({ id }) => id === chosen)
  return (
    <ImportForm
      {...props}
      title={t('model.preset')}
      text={t('model.presetText')}
      content={preset && modelOf(preset, language)}
      error={presets.error}
    >
      <PresetField presets={presets.data} value={chosen} onChange={setChosen} />
    </ImportForm>
  )
}
