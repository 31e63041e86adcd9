import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ConfirmByName } from '../../components/confirm-by-name.tsx'
import { notify } from '../../components/notices.tsx'
import { type AccessKey, accessKeysKey, revokeAccessKey } from './access-keys.ts'

interface RevokeAccessKeyProps {
  readonly projectId: string
  readonly revoked: AccessKey
  readonly onClose: () => void
}

export function RevokeAccessKey({ projectId, revoked, onClose }: RevokeAccessKeyProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => revokeAccessKey(projectId, revoked.access_key),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: accessKeysKey(projectId) })
      onClose()
      notify(t('accessKeys.revoked'))
    },
  })
  return (
    <ConfirmByName
      title={t('accessKeys.revokeTitle')}
      text={t('accessKeys.revokeText')}
      name={revoked.access_key}
      actText={t('accessKeys.revoke')}
      busy={revoke.isPending}
      error={revoke.error}
      onConfirm={revoke.mutate}
      onClose={onClose}
    />
  )
}
