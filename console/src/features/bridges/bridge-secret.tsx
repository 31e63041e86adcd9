import { useTranslation } from 'react-i18next'
import { SecretDialog } from '../../components/secret-dialog.tsx'

interface BridgeSecretProps {
  readonly title: string
  readonly bridgeId: string
  readonly secret: string
  readonly onClose: () => void
}

export function BridgeSecret({ title, bridgeId, secret, onClose }: BridgeSecretProps) {
  const { t } = useTranslation()
  return (
    <SecretDialog
      title={title}
      warning={t('bridges.secretWarning')}
      storedText={t('bridges.stored')}
      texts={[
        [t('bridges.id'), bridgeId],
        [t('bridges.secret'), secret],
      ]}
      onClose={onClose}
    />
  )
}
