import { DownOutlined, InboxOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { MenuButton } from '../components/menu-button.tsx'
import { spacesQuery } from '../features/spaces/spaces.ts'
import { useSpace } from './session-context.ts'

/** The resource space that lists are narrowed to, kept in the address. Where there is one space, there is no choice. */
export function SpaceSwitch({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const router = useRouter()
  const space = useSpace()
  const { data: spaces = [] } = useQuery(spacesQuery(projectId))
  // A space in the address that is gone must be possible to leave.
  if (spaces.length < 2 && space === undefined) return null
  const chosen = spaces.find(({ app_id: id }) => id === space)
  const name = space === undefined ? t('frame.allSpaces') : (chosen?.app_name ?? space)
  return (
    <MenuButton
      label={t('frame.spaceSwitch', { name })}
      icon={<InboxOutlined />}
      groups={[
        { items: [{ key: '', label: t('frame.allSpaces'), chosen: space === undefined }] },
        {
          items: spaces.map(({ app_id: id, app_name: label }) => ({ key: id, label, chosen: id === space })),
        },
      ]}
      onChoose={(key) =>
        void router.navigate({
          to: '.',
          // Another space has other pages.
          search: (previous) => ({ ...previous, page: undefined, space: key === '' ? undefined : key }),
        })
      }
    >
      <span className="wide-only space-name">
        {name} <DownOutlined />
      </span>
    </MenuButton>
  )
}
