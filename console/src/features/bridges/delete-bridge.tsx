import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ConfirmByName } from '../../components/confirm-by-name.tsx'
import { notify } from '../../components/notices.tsx'
import { type Bridge, bridgesKey, deleteBridge } from './bridges.ts'

interface DeleteBridgeProps {
  readonly projectId: string
  readonly bridge: Bridge
  readonly onDeleted?: () => void
  readonly onClose: () => void
}

export function DeleteBridge({ projectId, bridge, onDeleted, onClose }: DeleteBridgeProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteBridge(projectId, bridge.bridge_id),
    async onSuccess() {
      onClose()
      onDeleted?.()
      await client.invalidateQueries({ queryKey: bridgesKey(projectId), exact: true })
      notify(t('bridges.deleted'))
    },
  })
  return (
    <ConfirmByName
      title={t('bridges.deleteTitle')}
      text={t('bridges.deleteText', { count: bridge.devices })}
      name={bridge.name}
      actText={t('common.delete')}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={remove.mutate}
      onClose={onClose}
    />
  )
}
