import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import { ChangePreview, WayField } from './change-preview.tsx'
import { changesBetween } from './model-changes.ts'
import { imported, type ImportWay } from './model-file.ts'
import type { Model } from './model.ts'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'

interface ImportFormProps extends ModelTarget {
  readonly title: string
  readonly text: string
  /** What is brought in; undefined until it was chosen. */
  readonly content: Model | undefined
  /** Why there is nothing to choose. */
  readonly error?: Error | null
  readonly onClose: () => void
  /** Where it is chosen. */
  readonly children: ReactNode
}

/** Brings a model into a product: what it would change is shown, and only then it is saved. */
export function ImportForm({ title, text, content, error, onClose, children, ...target }: ImportFormProps) {
  const { t } = useTranslation()
  const model = target.product.service_capabilities
  const [way, setWay] = useState<ImportWay>('merge')
  const saving = useSaveModel(target, model)
  const changes = content && changesBetween(model, imported(model, content, way))
  return (
    <FormDialog
      title={title}
      text={text}
      submitText={t('common.ok')}
      submitDisabled={!changes?.length}
      width={640}
      busy={saving.busy}
      error={saving.error ?? error ?? null}
      onSubmit={() => {
        if (!content) return
        saving.save(
          (now) => imported(now, content, way),
          () => {
            onClose()
            notify(t('model.imported'))
          },
        )
      }}
      onClose={onClose}
    >
      {children}
      {changes && model.length > 0 && <WayField way={way} onChange={setWay} />}
      {changes && <ChangePreview changes={changes} />}
    </FormDialog>
  )
}
