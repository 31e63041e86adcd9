import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { FileDrop } from '../../components/file-drop.tsx'
import { ImportForm } from './import-form.tsx'
import { type FileFault, readModelFile } from './model-file.ts'
import { type Model, modelBytesMax } from './model.ts'
import type { ModelTarget } from './use-save-model.ts'

interface ImportDialogProps extends ModelTarget {
  readonly onClose: () => void
}

/** *Import model*: of a file. */
export function ImportDialog(props: ImportDialogProps) {
  const { t } = useTranslation()
  const [file, setFile] = useState<{ readonly name: string; readonly content: Model | FileFault }>()
  const content = typeof file?.content === 'object' ? file.content : undefined
  const fault = typeof file?.content === 'string' ? file.content : undefined
  return (
    <ImportForm {...props} title={t('model.import')} text={t('model.importText')} content={content}>
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
    </ImportForm>
  )
}
