import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
import { type Bridge, bridgesKey, deleteBridge } from './bridges.ts'

interface DeleteBridgeProps {
  readonly projectId: string
  readonly bridge: Bridge
  readonly onDeleted?: () => void
  readonly onClose: () => void
}

export function DeleteBridge({ projectId, bridge, onDeleted, onClose }: DeleteBridgeProps) {
  const { t } = useTranslation()
  return (
    <DeleteByName
      title={t('bridges.deleteTitle')}
      text={t('bridges.deleteText', { count: bridge.devices })}
      name={bridge.name}
      doneText={t('bridges.deleted')}
      remove={() => deleteBridge(projectId, bridge.bridge_id)}
      stale={{ queryKey: bridgesKey(projectId), exact: true }}
      onDeleted={onDeleted}
      onClose={onClose}
    />
  )
}
