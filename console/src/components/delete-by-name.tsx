import { type QueryFilters, useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmByName } from './confirm-by-name.tsx'
import { notify } from './notices.tsx'

interface DeleteByNameProps {
  readonly title: string
  /** What will be gone. */
  readonly text: ReactNode
  /** What has to be typed. */
  readonly name: string
  /** The act, as the button says it; absent: "Delete". */
  readonly actText?: string
  /** Told when it is gone. */
  readonly doneText: string
  readonly remove: () => Promise<unknown>
  /** What still shows it, and is read again. */
  readonly stale?: QueryFilters
  /** Before anything is read again. */
  readonly onDeleted?: (() => Promise<void> | void) | undefined
  readonly onClose: () => void
}

/** Deletes what is on the platform once its name was typed. Mount it to open it. */
export function DeleteByName({ actText, doneText, remove, stale, onDeleted, ...dialog }: DeleteByNameProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const removal = useMutation({
    mutationFn: remove,
    async onSuccess() {
      dialog.onClose()
      await onDeleted?.()
      notify(doneText)
      if (stale) await client.invalidateQueries(stale)
    },
  })
  return (
    <ConfirmByName
      {...dialog}
      actText={actText ?? t('common.delete')}
      busy={removal.isPending}
      error={removal.error}
      onConfirm={removal.mutate}
    />
  )
}
