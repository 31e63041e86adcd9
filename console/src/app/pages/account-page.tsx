import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Facts } from '../../components/facts.tsx'
import { Page } from '../../components/page.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { ChangePasswordForm } from '../../features/session/change-password-form.tsx'
import { sessionQuery } from '../../features/session/session.ts'
import { useSignOut } from '../use-sign-out.ts'

export function AccountPage() {
  const { t } = useTranslation()
  // Read anew: the end of the session moves with use.
  const session = useQuery({ ...sessionQuery, refetchOnMount: 'always' })
  const signOut = useSignOut()
  return (
    <Page
      title={t('account.title')}
      purpose={t('account.purpose')}
      action={
        <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t('frame.signOut')}
        </Button>
      }
    >
      <Answer of={session}>
        {(who) =>
          who && (
            <>
              <Panel title={t('account.identity')}>
                <Facts
                  facts={[
                    [t('account.user'), who.user.name],
                    [t('account.roles'), who.roles.join(', ')],
                    [t('account.projects'), who.projects.map(({ name }) => name).join(', ')],
                    [
                      t('account.sessionEnds'),
                      <span key="ends" className="wrapping">
                        <Time at={who.expires_at} />
                        <span className="faint">{t('account.sessionHelp')}</span>
                      </span>,
                    ],
                  ]}
                />
              </Panel>
              <Panel title={t('account.changePassword')} text={t('account.changeText')}>
                <ChangePasswordForm user={who.user.name} />
                <p className="faint small">{t('account.firstStartHelp', { file: 'first-start.txt' })}</p>
              </Panel>
            </>
          )
        }
      </Answer>
    </Page>
  )
}
