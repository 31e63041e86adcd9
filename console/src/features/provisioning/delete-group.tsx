import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
import { deleteGroup, type Group, groupsKey } from './groups.ts'

interface DeleteGroupProps {
  readonly projectId: string
  readonly group: Group
  readonly onClose: () => void
}

/** Deletes a group by its name. Mount it to open it. */
export function DeleteGroup({ projectId, group, onClose }: DeleteGroupProps) {
  const { t } = useTranslation()
  const { name, scope_id: scopeId } = group
  return (
    <DeleteByName
      title={t('groups.delete')}
      text={t('groups.deleteText')}
      name={name}
      doneText={t('groups.deleted', { name })}
      remove={() => deleteGroup(projectId, scopeId)}
      stale={{ queryKey: groupsKey(projectId) }}
      onClose={onClose}
    />
  )
}
