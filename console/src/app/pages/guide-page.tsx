import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import { refusedConnectionsQuery } from '../../features/connections/connections.ts'
import { StepResult } from '../../features/guide/step-result.tsx'
import { GuideSteps } from '../../features/guide/guide-steps.tsx'
import {
  openStep,
  progressQuery,
  type Step,
  stepOf,
  type StepName,
  ticked,
  type Way,
} from '../../features/guide/progress.ts'
import { TrustDiagrams } from '../../features/guide/trust-diagrams.tsx'
import { ProjectPage } from '../project-page.tsx'
import { useBatch } from '../use-batch.ts'
import { useEvents } from '../use-events.ts'

const route = getRouteApi('/signed-in/guide')

const kinds = ['audit', 'connection', 'status']
// A report is no event that is asked for here: there may be thousands a second.
const REPORT_MILLIS = 2000

export function GuidePage() {
  return <ProjectPage>{({ project_id: id }) => <Guide key={id} projectId={id} />}</ProjectPage>
}

function Guide({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { way = 'book' } = route.useSearch()
  const navigate = route.useNavigate()
  const client = useQueryClient()
  const language = useLanguage()
  const progress = useQuery({
    ...progressQuery(projectId),
    refetchInterval: ({ state: { data } }) => (data && openStep(data) === 'reported' ? REPORT_MILLIS : false),
  })
  const readAgain = (): void => {
    void client.invalidateQueries({ queryKey: progressQuery(projectId).queryKey })
    void client.invalidateQueries({ queryKey: refusedConnectionsQuery(projectId, language).queryKey })
  }
  const addChange = useBatch(readAgain, { millis: 500, max: 1 })
  const live = useEvents({
    projectId,
    kinds,
    onEntries: (entries) => addChange(entries.length),
    onLive: readAgain,
  })

  return (
    <Page
      title={t('guide.title')}
      purpose={t('guide.purpose')}
      action={
        <Radio.Group
          aria-label={t('guide.way')}
          optionType="button"
          value={way}
          onChange={({ target }) =>
            void navigate({
              search: { way: target.value === 'wizard' ? 'wizard' : undefined },
              replace: true,
            })
          }
          options={[
            { value: 'book', label: t('guide.ways.book') },
            { value: 'wizard', label: t('guide.ways.wizard') },
          ]}
        />
      }
    >
      <Answer of={progress}>
        {(steps) => (
          <>
            <div className="guide-head">
              <Progress steps={steps} />
              <span role="status" className="small">
                <StatusMark mark={live === 'live' ? 'online' : 'inactive'}>
                  {t(live === 'live' ? 'guide.live' : 'guide.reconnecting')}
                </StatusMark>
              </span>
            </div>
            <JustHappened steps={steps} />
            <div className="guide-layout">
              <GuideSteps
                steps={steps}
                way={way}
                actions={(step) => <Actions steps={steps} step={step} way={way} />}
                result={(step) => (
                  <StepResult projectId={projectId} step={step} link={<ObjectLink step={step} />} />
                )}
                trouble={(step) =>
                  step === 'connected' && (
                    <Refusal projectId={projectId} since={stepOf(steps, 'device')?.at} />
                  )
                }
              />
              <Panel title={t('guide.trust.title')} text={t('guide.trust.text')}>
                <TrustDiagrams />
              </Panel>
            </div>
          </>
        )}
      </Answer>
    </Page>
  )
}

function Progress({ steps }: { readonly steps: readonly Step[] }) {
  const { t } = useTranslation()
  const done = steps.filter((step) => step.done).length
  const said = t('guide.progress', { done, total: steps.length })
  return (
    <div className="guide-progress">
      <div
        className="guide-bar"
        role="progressbar"
        aria-label={t('guide.progressLabel')}
        aria-valuemin={0}
        aria-valuemax={steps.length}
        aria-valuenow={done}
        aria-valuetext={said}
      >
        <div style={{ width: `${(done / steps.length) * 100}%` }} />
      </div>
      <span className="soft">{said}</span>
    </div>
  )
}

/** Says aloud what has ticked since the page came; shown until the next one. */
function JustHappened({ steps }: { readonly steps: readonly Step[] }) {
  const { t } = useTranslation()
  const [seen, setSeen] = useState(steps)
  const [last, setLast] = useState<StepName>()
  if (seen !== steps) {
    setSeen(steps)
    setLast(ticked(seen, steps).at(-1) ?? last)
  }
  const finished = steps.every(({ done }) => done)
  return (
    <div role="status">
      {last !== undefined && (
        <p className="guide-happened">{finished ? t('guide.finished') : t(`guide.steps.${last}.happened`)}</p>
      )}
    </div>
  )
}

/** Of the newest connection that was refused after `since`: why, and what to do. */
function Refusal({ projectId, since }: { readonly projectId: string; readonly since: string | undefined }) {
  const { t } = useTranslation()
  const refused = useQuery(refusedConnectionsQuery(projectId, useLanguage()))
  const newest = refused.data?.[0]
  if (!newest || (since !== undefined && Date.parse(newest.at) < Date.parse(since))) return null
  return (
    <div className="guide-trouble" role="alert">
      <p>
        <strong>{t('guide.refused')}</strong> <Time at={newest.at} />
      </p>
      <p>{newest.sentence}</p>
      {newest.remedy !== '' && <p className="soft">{newest.remedy}</p>}
      {newest.id !== undefined && (
        <p>
          <Link className="link" to="/failed-connections/$connectionId" params={{ connectionId: newest.id }}>
            {t('guide.refusedMore')}
          </Link>
        </p>
      )}
    </div>
  )
}

interface ActionsProps {
  readonly steps: readonly Step[]
  readonly step: Step
  readonly way: Way
}

/** To the page where the step is done. */
function Actions({ steps, step: { step: name }, way }: ActionsProps) {
  const { t } = useTranslation()
  const { product_id: productId, app_id: app } = stepOf(steps, 'product') ?? {}
  const certificateId = stepOf(steps, 'ca-certificate')?.certificate_id
  const deviceId = stepOf(steps, 'device')?.device_id
  const look =
    openStep(steps) === name
      ? ({ color: 'primary', variant: 'solid' } as const)
      : ({ size: 'small' } as const)
  const byWizard = way === 'wizard' && ['ca-certificate', 'ca-verified', 'device'].includes(name)
  if (byWizard)
    return (
      <LinkButton {...look} to="/wizard">
        {t('guide.actions.wizard')}
      </LinkButton>
    )
  if (name === 'product')
    return (
      <LinkButton {...look} to="/products">
        {t('guide.actions.product')}
      </LinkButton>
    )
  if (name === 'model' && productId !== undefined)
    return (
      <LinkButton {...look} to="/products/$productId" params={{ productId }} search={{ app, tab: 'model' }}>
        {t('guide.actions.model')}
      </LinkButton>
    )
  if (name === 'ca-certificate')
    return (
      <LinkButton {...look} to="/ca-certificates">
        {t('guide.actions.caCertificate')}
      </LinkButton>
    )
  if (name === 'ca-verified' && certificateId !== undefined)
    return (
      <LinkButton {...look} to="/ca-certificates/$certificateId" params={{ certificateId }}>
        {t('guide.actions.caVerified')}
      </LinkButton>
    )
  if (name === 'device')
    return (
      <LinkButton {...look} to="/devices" search={{ register: 1, product: productId }}>
        {t('guide.actions.device')}
      </LinkButton>
    )
  if ((name === 'connected' || name === 'reported') && deviceId !== undefined)
    return (
      <>
        <LinkButton {...look} to="/devices/$deviceId" params={{ deviceId }} search={{ tab: 'connect' }}>
          {t('guide.actions.kit')}
        </LinkButton>
        {name === 'reported' && (
          <LinkButton size={look.size ?? 'middle'} to="/devices/$deviceId" params={{ deviceId }}>
            {t('guide.actions.devicePage')}
          </LinkButton>
        )}
      </>
    )
  return null
}

/** To what the step made. */
function ObjectLink({
  step: { step, product_id, app_id, certificate_id, device_id },
}: {
  readonly step: Step
}) {
  const { t } = useTranslation()
  if (product_id !== undefined)
    return (
      <Link
        className="link"
        to="/products/$productId"
        params={{ productId: product_id }}
        search={{ app: app_id, tab: step === 'model' ? 'model' : undefined }}
      >
        {t('guide.links.product')}
      </Link>
    )
  if (certificate_id !== undefined)
    return (
      <Link className="link" to="/ca-certificates/$certificateId" params={{ certificateId: certificate_id }}>
        {t('guide.links.certificate')}
      </Link>
    )
  if (device_id === undefined) return null
  return (
    <Link className="link" to="/devices/$deviceId" params={{ deviceId: device_id }}>
      {t('guide.links.device')}
    </Link>
  )
}
