import { BulbOutlined, DownOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons'
import { useRouter } from '@tanstack/react-router'
import { Button, Dropdown, type MenuProps } from 'antd'
import { useTranslation } from 'react-i18next'
import { HealthDot } from '../features/platform/health-dot.tsx'
import { parseThemeChoice, themeChoices } from '../lib/theme-choice.ts'
import { Brand } from './brand.tsx'
import { LanguageButton } from './language-button.tsx'
import { usePreferences } from './preferences.tsx'
import { useProject, useSession } from './session-context.ts'
import { useSignOut } from './use-sign-out.ts'

export function TopBar({ onMenu }: { readonly onMenu: () => void }) {
  const { t } = useTranslation()
  return (
    <header className="top-bar">
      <Button
        type="text"
        className="narrow-only"
        icon={<MenuOutlined />}
        aria-label={t('frame.openMenu')}
        onClick={onMenu}
      />
      <Brand />
      <div className="top-tools" role="group" aria-label={t('frame.tools')}>
        <HealthDot />
        <LanguageButton />
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  )
}

// In the page's header, where the button is: after it in the order of the keyboard, and within a landmark.
const besideTrigger = (trigger: HTMLElement): HTMLElement => trigger.parentElement ?? document.body

function ThemeMenu() {
  const { t } = useTranslation()
  const { themeChoice, setThemeChoice } = usePreferences()
  return (
    <Dropdown
      trigger={['click']}
      getPopupContainer={besideTrigger}
      menu={{
        selectable: true,
        selectedKeys: [themeChoice],
        items: themeChoices.map((choice) => ({ key: choice, label: t(`frame.themes.${choice}`) })),
        onClick: ({ key }) => setThemeChoice(parseThemeChoice(key)),
      }}
    >
      <Button type="text" icon={<BulbOutlined />} aria-label={t('frame.theme')} />
    </Dropdown>
  )
}

function AccountMenu() {
  const { t } = useTranslation()
  const router = useRouter()
  const session = useSession()
  const project = useProject()
  const signOut = useSignOut()
  const name = session?.user.name ?? ''
  const projects = session?.projects ?? []

  // A choice that there is only one of is none.
  const projectItems: MenuProps['items'] =
    projects.length > 1
      ? [
          {
            type: 'group',
            label: t('frame.project'),
            children: projects.map((each) => ({ key: `project ${each.project_id}`, label: each.name })),
          },
          { type: 'divider' },
        ]
      : []
  return (
    <Dropdown
      trigger={['click']}
      getPopupContainer={besideTrigger}
      menu={{
        selectable: projects.length > 1,
        selectedKeys: project ? [`project ${project.project_id}`] : [],
        items: [
          ...projectItems,
          { key: 'account', label: t('frame.account') },
          { key: 'sign-out', label: t('frame.signOut') },
        ],
        onClick({ key }) {
          if (key === 'account') void router.navigate({ to: '/settings/account' })
          else if (key === 'sign-out') signOut.mutate()
          else void router.navigate({ to: '.', search: { project: key.slice('project '.length) } })
        },
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t('frame.accountMenu', { name })}>
        <span className="wide-only">
          {name} <DownOutlined />
        </span>
      </Button>
    </Dropdown>
  )
}
