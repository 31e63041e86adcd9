import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { SecretDialog } from '../../components/secret-dialog.tsx'
import { TextField } from '../../components/text-field.tsx'
import { accessKeysKey, createAccessKey } from './access-keys.ts'

interface CreateAccessKeyProps {
  readonly projectId: string
  readonly onClose: () => void
}

/** Asks what the key is for, makes it, then shows its secret once. */
export function CreateAccessKey({ projectId, onClose }: CreateAccessKeyProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  useReturnFocus()
  const [description, setDescription] = useState('')
  const create = useMutation({
    mutationFn: () => createAccessKey(projectId, description.trim()),
    onSuccess: () => client.invalidateQueries({ queryKey: accessKeysKey(projectId) }),
    // The secret is kept no longer than the dialog shows it.
    gcTime: 0,
  })
  if (create.data)
    return (
      <SecretDialog
        title={t('accessKeys.madeTitle')}
        warning={t('accessKeys.madeWarning')}
        storedText={t('accessKeys.stored')}
        texts={[
          [t('accessKeys.key'), create.data.access_key],
          [t('accessKeys.secret'), create.data.secret_key],
        ]}
        onClose={onClose}
      />
    )
  return (
    <FormDialog
      title={t('accessKeys.create')}
      text={t('accessKeys.createText')}
      submitText={t('common.save')}
      busy={create.isPending}
      error={sentenceFor(create.error, 'description') === undefined ? create.error : null}
      onSubmit={create.mutate}
      onClose={onClose}
    >
      <TextField
        label={t('accessKeys.description')}
        help={t('accessKeys.descriptionHelp')}
        error={sentenceFor(create.error, 'description')}
        autoFocus
        maxLength={256}
        value={description}
        onChange={setDescription}
      />
    </FormDialog>
  )
}
