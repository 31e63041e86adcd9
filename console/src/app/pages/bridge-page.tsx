import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { Page } from '../../components/page.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { BridgeDevices } from '../../features/bridges/bridge-devices.tsx'
import { BridgeStatus } from '../../features/bridges/bridge-table.tsx'
import { type Bridge, bridgesQuery } from '../../features/bridges/bridges.ts'
import { DeleteBridge } from '../../features/bridges/delete-bridge.tsx'
import { ResetBridgeSecret } from '../../features/bridges/reset-bridge-secret.tsx'
import { PacketTail } from '../packet-tail.tsx'
import { ProjectPage } from '../project-page.tsx'

const route = getRouteApi('/signed-in/bridges/$bridgeId')

export function BridgePage() {
  const { bridgeId } = route.useParams()
  return (
    <ProjectPage>
      {({ project_id: id }) => <OneBridge key={`${id} ${bridgeId}`} projectId={id} bridgeId={bridgeId} />}
    </ProjectPage>
  )
}

interface OneBridgeProps {
  readonly projectId: string
  readonly bridgeId: string
}

function OneBridge({ projectId, bridgeId }: OneBridgeProps) {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  const { page = 1, find = '' } = route.useSearch()
  const happened = useId()
  const [act, setAct] = useState<'reset' | 'delete'>()
  const asked = useQuery(bridgesQuery(projectId))
  const bridge = asked.data?.bridges.find(({ bridge_id: id }) => id === bridgeId)
  const close = () => setAct(undefined)
  return (
    <Page
      title={bridge?.name ?? t('bridges.one')}
      purpose={t('bridges.onePurpose')}
      trail={[
        <Link key="list" to="/bridges">
          {t('bridges.title')}
        </Link>,
      ]}
      action={
        bridge && (
          <>
            <Button onClick={() => setAct('reset')}>{t('bridges.reset')}</Button>{' '}
            <Button danger onClick={() => setAct('delete')}>
              {t('common.delete')}
            </Button>
          </>
        )
      }
    >
      <Answer of={asked}>
        {() =>
          bridge ? (
            <>
              <BridgeFacts bridge={bridge} />
              <Panel title={t('bridges.loggedIn')} text={t('bridges.loggedInText')}>
                <BridgeDevices
                  projectId={projectId}
                  bridgeId={bridgeId}
                  page={page}
                  onPage={(next) =>
                    void navigate({
                      search: (before) => ({ ...before, page: next === 1 ? undefined : next }),
                    })
                  }
                />
              </Panel>
              <section className="stack" aria-labelledby={happened}>
                <div className="lines">
                  <h2 id={happened}>{t('bridges.happened')}</h2>
                  <p className="soft">{t('bridges.happenedText')}</p>
                  <Link className="link" to="/failed-connections" search={{ find: bridgeId }}>
                    {t('bridges.refusals')}
                  </Link>
                </div>
                <PacketTail
                  projectId={projectId}
                  source={{ bridgeId }}
                  find={find}
                  onFind={(text) =>
                    void navigate({
                      search: (before) => ({ ...before, find: text || undefined }),
                      replace: true,
                    })
                  }
                />
              </section>
            </>
          ) : (
            <EmptyState text={t('bridges.gone', { id: bridgeId })} />
          )
        }
      </Answer>
      {bridge && act === 'reset' && (
        <ResetBridgeSecret projectId={projectId} bridge={bridge} onClose={close} />
      )}
      {bridge && act === 'delete' && (
        <DeleteBridge
          projectId={projectId}
          bridge={bridge}
          onDeleted={() => void navigate({ to: '/bridges' })}
          onClose={close}
        />
      )}
    </Page>
  )
}

function BridgeFacts({ bridge }: { readonly bridge: Bridge }) {
  const { t } = useTranslation()
  const { bridge_id: id, address, created_at: created } = bridge
  return (
    <Panel title={t('bridges.connection')}>
      <Facts
        facts={[
          [t('bridges.status'), <BridgeStatus key="status" bridge={bridge} />],
          [
            t('bridges.address'),
            address ?? (
              <span key="address" className="faint">
                {t('bridges.never')}
              </span>
            ),
          ],
          [
            t('bridges.clientId'),
            <CopyText key="client" text={`${id}_3_0_YYYYMMDDHH`} what={t('bridges.clientId')} />,
          ],
          [t('bridges.username'), <CopyText key="user" text={id} what={t('bridges.username')} />],
          [t('bridges.password'), t('bridges.passwordText')],
          [
            t('bridges.topics'),
            <CopyText
              key="topics"
              text={`$oc/bridges/${id}/devices/{device_id}/sys/…`}
              what={t('bridges.topics')}
            />,
          ],
          [t('common.created'), <Time key="created" at={created} />],
        ]}
      />
    </Panel>
  )
}
