import { useMutation } from '@tanstack/react-query'
import { Checkbox } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { BridgeSecret } from './bridge-secret.tsx'
import { type Bridge, resetBridgeSecret } from './bridges.ts'

interface ResetBridgeSecretProps {
  readonly projectId: string
  readonly bridge: Bridge
  readonly onClose: () => void
}

export function ResetBridgeSecret({ projectId, bridge, onClose }: ResetBridgeSecretProps) {
  const { t } = useTranslation()
  useReturnFocus()
  const [cut, setCut] = useState(false)
  const reset = useMutation({
    mutationFn: () => resetBridgeSecret(projectId, bridge.bridge_id, cut),
    // The secret is kept no longer than the dialog shows it.
    gcTime: 0,
  })
  if (reset.data)
    return (
      <BridgeSecret
        title={t('bridges.resetDone')}
        bridgeId={bridge.bridge_id}
        secret={reset.data.secret}
        onClose={onClose}
      />
    )
  return (
    <FormDialog
      title={t('bridges.resetTitle')}
      text={t('bridges.resetText', { name: bridge.name })}
      submitText={t('bridges.reset')}
      busy={reset.isPending}
      error={reset.error}
      onSubmit={reset.mutate}
      onClose={onClose}
    >
      <Checkbox checked={cut} onChange={({ target }) => setCut(target.checked)}>
        {t('bridges.cut')}
      </Checkbox>
    </FormDialog>
  )
}
