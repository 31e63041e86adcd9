import { useTranslation } from 'react-i18next'
import { SecretDialog } from '../../components/secret-dialog.tsx'

interface GroupSecretProps {
  readonly scopeId: string
  /** Base64, as devices are given it. */
  readonly secret: string
  readonly onClose: () => void
}

export function GroupSecret({ scopeId, secret, onClose }: GroupSecretProps) {
  const { t } = useTranslation()
  return (
    <SecretDialog
      title={t('groups.madeTitle')}
      warning={t('groups.secretWarning')}
      storedText={t('groups.stored')}
      texts={[
        [t('groups.scope'), scopeId],
        [t('groups.secret'), secret],
        [t('groups.clientId'), `{device_id}_0_${scopeId}_0_YYYYMMDDHH`],
      ]}
      onClose={onClose}
    >
      <p className="soft small">{t('groups.howText')}</p>
    </SecretDialog>
  )
}
