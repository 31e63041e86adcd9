import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from './form-dialog.tsx'
import { TextField } from './text-field.tsx'

interface ConfirmByNameProps {
  readonly title: string
  /** What will be gone. */
  readonly text: ReactNode
  /** What has to be typed. */
  readonly name: string
  /** The act, as the button says it. */
  readonly actText: string
  readonly busy: boolean
  readonly error: Error | null
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks for the name of what is to be destroyed: a hand that slipped does not type one. Mount it to open it. */
export function ConfirmByName({ name, actText, onConfirm, ...dialog }: ConfirmByNameProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [left, setLeft] = useState(false)
  const matches = typed.trim() === name.trim()
  return (
    <FormDialog {...dialog} submitText={actText} danger submitDisabled={!matches} onSubmit={onConfirm}>
      <TextField
        label={t('confirm.typeName', { name })}
        error={left && typed !== '' && !matches ? t('confirm.mismatch') : undefined}
        autoFocus
        spellCheck={false}
        value={typed}
        onChange={setTyped}
        onBlur={() => setLeft(true)}
      />
    </FormDialog>
  )
}
