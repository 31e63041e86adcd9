import { BulbOutlined, DownOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons'
import { useRouter } from '@tanstack/react-router'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { MenuButton } from '../components/menu-button.tsx'
import { HealthDot } from '../features/platform/health-dot.tsx'
import { parseThemeChoice, themeChoices } from '../lib/theme-choice.ts'
import { Brand } from './brand.tsx'
import { LanguageButton } from './language-button.tsx'
import { usePreferences } from './preferences.tsx'
import { SearchButton } from './search-button.tsx'
import { useProject, useSession } from './session-context.ts'
import { SpaceSwitch } from './space-switch.tsx'
import { useSignOut } from './use-sign-out.ts'

export function TopBar({ onMenu }: { readonly onMenu: () => void }) {
  const { t } = useTranslation()
  const project = useProject()
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
        {project && <SpaceSwitch projectId={project.project_id} />}
        <SearchButton />
        <HealthDot />
        <LanguageButton />
        <ThemeMenu />
        <AccountMenu />
      </div>
    </header>
  )
}

function ThemeMenu() {
  const { t } = useTranslation()
  const { themeChoice, setThemeChoice } = usePreferences()
  return (
    <MenuButton
      label={t('frame.theme')}
      icon={<BulbOutlined />}
      groups={[
        {
          items: themeChoices.map((choice) => ({
            key: choice,
            label: t(`frame.themes.${choice}`),
            chosen: choice === themeChoice,
          })),
        },
      ]}
      onChoose={(key) => setThemeChoice(parseThemeChoice(key))}
    />
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

  return (
    <MenuButton
      label={t('frame.accountMenu', { name })}
      icon={<UserOutlined />}
      groups={[
        // A choice that there is only one of is none.
        ...(projects.length > 1
          ? [
              {
                label: t('frame.project'),
                items: projects.map((each) => ({
                  key: `project ${each.project_id}`,
                  label: each.name,
                  chosen: each === project,
                })),
              },
            ]
          : []),
        {
          items: [
            { key: 'account', label: t('frame.account') },
            { key: 'sign-out', label: t('frame.signOut') },
          ],
        },
      ]}
      onChoose={(key) => {
        if (key === 'account') void router.navigate({ to: '/settings/account' })
        else if (key === 'sign-out') signOut.mutate()
        else void router.navigate({ to: '.', search: { project: key.slice('project '.length) } })
      }}
    >
      <span className="wide-only">
        {name} <DownOutlined />
      </span>
    </MenuButton>
  )
}
