import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { FileDrop } from '../../components/file-drop.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import { ChangePreview, WayField } from './change-preview.tsx'
import { changesBetween } from './model-changes.ts'
import { type FileFault, imported, type ImportWay, readModelFile } from './model-file.ts'
import { type Model, modelBytesMax } from './model.ts'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'

interface ImportDialogProps extends ModelTarget {
  readonly onClose: () => void
}

/** *Import model*: a file is read, what it would change is shown, and only then it is saved. */
export function ImportDialog({ onClose, ...target }: ImportDialogProps) {
  const { t } = useTranslation()
  const model = target.product.service_capabilities
  const [file, setFile] = useState<{ readonly name: string; readonly content: Model | FileFault }>()
  const [way, setWay] = useState<ImportWay>('merge')
  const { save, busy, error } = useSaveModel(target, model)
  const content = typeof file?.content === 'object' ? file.content : undefined
  const fault = typeof file?.content === 'string' ? file.content : undefined
  const changes = content && changesBetween(model, imported(model, content, way))

  return (
    <FormDialog
      title={t('model.import')}
      text={t('model.importText')}
      submitText={t('common.ok')}
      submitDisabled={!changes?.length}
      width={640}
      busy={busy}
      error={error}
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
      <Field
        label={t('model.file')}
        help={t('model.fileHelp')}
        error={fault && t(`model.fileFaults.${fault}`, { name: file?.name })}
      >
        {(control) => (
          <FileDrop
            control={control}
            accept=".json,application/json"
            // Indented, a model takes more than what counts for its limit.
            maxBytes={4 * modelBytesMax}
            chosen={fault ? undefined : file?.name}
            onFile={(chosen) => {
              void chosen.text().then((text) => setFile({ name: chosen.name, content: readModelFile(text) }))
            }}
          />
        )}
      </Field>
      {changes && model.length > 0 && <WayField way={way} onChange={setWay} />}
      {changes && <ChangePreview changes={changes} />}
    </FormDialog>
  )
}
