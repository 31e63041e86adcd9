import { Button, Radio } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Device, Place } from '../device.ts'
import '../device.css'
import { AsyncCommands } from './async-commands.tsx'
import type { ModelService } from './command-form.tsx'
import './commands.css'
import { Messages } from './messages.tsx'
import { Properties } from './properties.tsx'
import { SyncCommand } from './sync-command.tsx'

const views = ['sync', 'async', 'properties', 'messages'] as const
type View = (typeof views)[number]

interface CommandsTabProps {
  readonly place: Place
  readonly device: Device
  /** What its product model foresees. */
  readonly services: readonly ModelService[]
  /** What the device reported last; undefined: nothing. */
  readonly reportedOf: (serviceId: string, property: string) => unknown
  /** Absent, or none of ours: the first. */
  readonly view: string | undefined
  readonly onView: (view: string) => void
  /** Leads to where the model is made. */
  readonly toModel: ReactNode
}

/** Everything that can be sent to the device: what is asked now, and what waits for it. */
export function CommandsTab(props: CommandsTabProps) {
  const { place, device, services, reportedOf, view: asked, onView, toModel } = props
  const { t } = useTranslation()
  const view = views.find((one) => one === asked) ?? 'sync'
  return (
    <div className="stack">
      <Radio.Group
        className="downlink-views"
        aria-label={t('downlinks.views')}
        optionType="button"
        value={view}
        onChange={({ target }) => onView(target.value as View)}
        options={views.map((value) => ({ value, label: t(`downlinks.view.${value}`) }))}
      />
      {device.status !== 'ONLINE' && <Away device={device} view={view} onView={onView} />}
      {view === 'sync' && <SyncCommand place={place} services={services} />}
      {view === 'async' && <AsyncCommands place={place} services={services} />}
      {view === 'properties' && (
        <Properties place={place} services={services} reportedOf={reportedOf} toModel={toModel} />
      )}
      {view === 'messages' && <Messages place={place} />}
    </div>
  )
}

interface AwayProps {
  readonly device: Device
  readonly view: View
  readonly onView: (view: string) => void
}

/** Said before anything is sent: the device is not there, and what that means for what this view sends. */
function Away({ device, view, onView }: AwayProps) {
  const { t } = useTranslation()
  const isNow = view === 'sync' || view === 'properties'
  return (
    <div className="warning-box downlink-away" role="note">
      <span className="lines">
        <strong>{t(device.status === 'FROZEN' ? 'downlinks.frozen' : 'downlinks.away')}</strong>
        <span>
          {t(
            isNow ? 'downlinks.awayNow' : view === 'async' ? 'downlinks.awayAsync' : 'downlinks.awayMessages',
          )}
        </span>
      </span>
      {isNow && (
        <span className="wrapping">
          <Button size="small" onClick={() => onView('async')}>
            {t('downlinks.toAsync')}
          </Button>
          <Button size="small" onClick={() => onView('messages')}>
            {t('downlinks.toMessages')}
          </Button>
        </span>
      )}
    </div>
  )
}
