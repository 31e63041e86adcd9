import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { TextField } from '../../components/text-field.tsx'
import { BridgeSecret } from './bridge-secret.tsx'
import { bridgesKey, createBridge } from './bridges.ts'

interface CreateBridgeProps {
  readonly projectId: string
  readonly onClose: () => void
}

/** Asks for name and id, makes the bridge, then shows its secret once. */
export function CreateBridge({ projectId, onClose }: CreateBridgeProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  useReturnFocus()
  const [name, setName] = useState('')
  const [bridgeId, setBridgeId] = useState('')
  const create = useMutation({
    mutationFn: () => createBridge(projectId, { name: name.trim(), bridgeId: bridgeId.trim() }),
    onSuccess: () => client.invalidateQueries({ queryKey: bridgesKey(projectId) }),
    // The secret is kept no longer than the dialog shows it.
    gcTime: 0,
  })
  if (create.data)
    return (
      <BridgeSecret
        title={t('bridges.madeTitle')}
        bridgeId={create.data.bridge_id}
        secret={create.data.auth_info.secret}
        onClose={onClose}
      />
    )
  const faults = {
    name: sentenceFor(create.error, 'bridge_name'),
    id: sentenceFor(create.error, 'bridge_id'),
  }
  return (
    <FormDialog
      title={t('bridges.create')}
      text={t('bridges.createText')}
      submitText={t('common.save')}
      submitDisabled={name.trim() === ''}
      busy={create.isPending}
      error={faults.name === undefined && faults.id === undefined ? create.error : null}
      onSubmit={create.mutate}
      onClose={onClose}
    >
      <TextField
        label={t('bridges.name')}
        help={t('bridges.nameHelp')}
        error={faults.name}
        autoFocus
        maxLength={64}
        value={name}
        onChange={setName}
      />
      <TextField
        label={t('bridges.id')}
        help={t('bridges.idHelp')}
        error={faults.id}
        code
        maxLength={36}
        value={bridgeId}
        onChange={setBridgeId}
      />
    </FormDialog>
  )
}
