import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
import { type AccessKey, accessKeysKey, revokeAccessKey } from './access-keys.ts'

interface RevokeAccessKeyProps {
  readonly projectId: string
  readonly revoked: AccessKey
  readonly onClose: () => void
}

export function RevokeAccessKey({ projectId, revoked, onClose }: RevokeAccessKeyProps) {
  const { t } = useTranslation()
  return (
    <DeleteByName
      title={t('accessKeys.revokeTitle')}
      text={t('accessKeys.revokeText')}
      name={revoked.access_key}
      actText={t('accessKeys.revoke')}
      doneText={t('accessKeys.revoked')}
      remove={() => revokeAccessKey(projectId, revoked.access_key)}
      stale={{ queryKey: accessKeysKey(projectId) }}
      onClose={onClose}
    />
  )
}
