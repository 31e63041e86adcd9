import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
import { deletePolicy, policiesKey, type Policy } from './policies.ts'

interface DeletePolicyProps {
  readonly projectId: string
  readonly policy: Policy
  readonly onClose: () => void
}

/** Deletes a policy by its name. Mount it to open it. */
export function DeletePolicy({ projectId, policy, onClose }: DeletePolicyProps) {
  const { t } = useTranslation()
  const { policy_name: name, policy_id: id } = policy
  return (
    <DeleteByName
      title={t('policies.delete')}
      text={t('policies.deleteText')}
      name={name}
      doneText={t('policies.deleted', { name })}
      remove={() => deletePolicy(projectId, id)}
      stale={{ queryKey: policiesKey(projectId) }}
      onClose={onClose}
    />
  )
}
