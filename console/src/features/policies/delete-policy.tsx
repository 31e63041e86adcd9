import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ConfirmByName } from '../../components/confirm-by-name.tsx'
import { notify } from '../../components/notices.tsx'
import { deletePolicy, policiesKey, type Policy } from './policies.ts'

interface DeletePolicyProps {
  readonly projectId: string
  readonly policy: Policy
  readonly onClose: () => void
}

/** Deletes a policy by its name. Mount it to open it. */
export function DeletePolicy({ projectId, policy, onClose }: DeletePolicyProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { policy_name: name, policy_id: id } = policy
  const remove = useMutation({
    mutationFn: () => deletePolicy(projectId, id),
    async onSuccess() {
      onClose()
      notify(t('policies.deleted', { name }))
      await client.invalidateQueries({ queryKey: policiesKey(projectId) })
    },
  })
  return (
    <ConfirmByName
      title={t('policies.delete')}
      text={t('policies.deleteText')}
      name={name}
      actText={t('common.delete')}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={remove.mutate}
      onClose={onClose}
    />
  )
}
