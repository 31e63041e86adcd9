import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { TextField } from '../../components/text-field.tsx'

interface NameDialogProps {
  readonly title: string
  readonly text: string
  readonly submitText: string
  readonly initial: string
  readonly busy: boolean
  readonly error: Error | null
  readonly onSubmit: (name: string) => void
  readonly onClose: () => void
}

/** Asks for the name of a resource space, new or changed. */
export function NameDialog({ initial, onSubmit, ...dialog }: NameDialogProps) {
  const { t } = useTranslation()
  const [name, setName] = useState(initial)
  const [tried, setTried] = useState(false)
  return (
    <FormDialog
      {...dialog}
      onSubmit={() => {
        setTried(true)
        if (name.trim() !== '') onSubmit(name.trim())
      }}
    >
      <TextField
        label={t('spaces.name')}
        help={t('spaces.nameHelp')}
        error={tried && name.trim() === '' ? t('spaces.needName') : undefined}
        autoFocus
        maxLength={64}
        value={name}
        onChange={setName}
      />
    </FormDialog>
  )
}
