import { Button, Input, Modal } from 'antd'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { accessKeysKey, createAccessKey, type MadeKey } from './access-keys.ts'

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
  if (create.data) return <MadeAccessKey made={create.data} onClose={onClose} />
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
      <Field
        label={t('accessKeys.description')}
        help={t('accessKeys.descriptionHelp')}
        error={sentenceFor(create.error, 'description')}
      >
        {(control) => (
          <Input
            {...control}
            autoFocus
            autoComplete="off"
            maxLength={256}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
          />
        )}
      </Field>
    </FormDialog>
  )
}

/** Closes by its button alone: a slip beside the dialog, or Escape, must not lose the secret. */
function MadeAccessKey({ made, onClose }: { readonly made: MadeKey; readonly onClose: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      open
      title={t('accessKeys.madeTitle')}
      width={560}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('accessKeys.stored')}
        </Button>
      }
    >
      <div className="form">
        <p className="warning-box" role="alert">
          {t('accessKeys.madeWarning')}
        </p>
        <Facts
          facts={[
            [t('accessKeys.key'), <CopyText key="key" text={made.access_key} what={t('accessKeys.key')} />],
            [
              t('accessKeys.secret'),
              <CopyText key="secret" text={made.secret_key} what={t('accessKeys.secret')} />,
            ],
          ]}
        />
      </div>
    </Modal>
  )
}
