import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useLanguage } from '../../components/language.ts'
import { notify } from '../../components/notices.tsx'
import { ChangePreview, WayField } from './change-preview.tsx'
import { changesBetween } from './model-changes.ts'
import { imported, type ImportWay } from './model-file.ts'
import { PresetField } from './preset-field.tsx'
import { presetsQuery } from './presets.ts'
import { modelOf } from './presets/preset.ts'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'

interface PresetDialogProps extends ModelTarget {
  readonly onClose: () => void
}

/** *Preset model* for a product that is there already: like a file that the platform brings along. */
export function PresetDialog({ onClose, ...target }: PresetDialogProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const model = target.product.service_capabilities
  const [chosen, setChosen] = useState<string>()
  const [way, setWay] = useState<ImportWay>('merge')
  const presets = useQuery(presetsQuery)
  const { save, busy, error } = useSaveModel(target, model)
  const preset = presets.data?.find(({ id }) => id === chosen)
  const content = preset && modelOf(preset, language)
  const changes = content && changesBetween(model, imported(model, content, way))

  return (
    <FormDialog
      title={t('model.preset')}
      text={t('model.presetText')}
      submitText={t('common.ok')}
      submitDisabled={!changes?.length}
      width={640}
      busy={busy}
      error={error ?? presets.error}
      onSubmit={() => {
        if (!content) return
        save(
          (now) => imported(now, content, way),
          () => {
            onClose()
            notify(t('model.imported'))
          },
        )
      }}
      onClose={onClose}
    >
      <PresetField presets={presets.data} value={chosen} onChange={setChosen} />
      {changes && model.length > 0 && <WayField way={way} onChange={setWay} />}
      {changes && <ChangePreview changes={changes} />}
    </FormDialog>
  )
}
