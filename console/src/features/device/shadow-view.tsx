import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { Answer, EmptyState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import type { Device, Place, ProductModel } from './device.ts'
import { ServiceShadow } from './service-shadow.tsx'
import { shadowQuery, shadowRows, type ShownShadow, shownShadows } from './shadow.ts'

// Of the commands, which only those load who send something.
const TrackList = lazy(async () => {
  const [{ TrackList: list }] = await Promise.all([
    import('./commands/track-list.tsx'),
    import('./commands/commands.css'),
  ])
  return { default: list }
})

interface ShadowViewProps {
  readonly place: Place
  readonly device: Device
  readonly model: ProductModel | undefined
  /** Leads to where the model is made. */
  readonly toModel: ReactNode
}

/** What is wanted of the device and what it reported, side by side; what is still to be delivered, and how that goes. */
export function ShadowView({ place, device, model, toModel }: ShadowViewProps) {
  const { t } = useTranslation()
  const shadow = useQuery(shadowQuery(place))
  const isOnline = device.status === 'ONLINE'
  return (
    <Answer of={shadow}>
      {(services) => {
        const shown = shownShadows(model, services)
        if (shown.length === 0) return <EmptyState text={t('device.shadow.empty')} action={toModel} />
        return (
          <div className="stack">
            <p className="soft">{t('device.shadow.text')}</p>
            <Due count={dueAmong(shown)} isOnline={isOnline} />
            {shown.map((one) => (
              <ServiceShadow key={one.service.service_id} place={place} isOnline={isOnline} {...one} />
            ))}
            {services.some(({ desired }) => desired) && (
              <Suspense>
                <div className="downlink-tracks">
                  <TrackList place={place} types={['property-set']} />
                </div>
              </Suspense>
            )}
          </div>
        )
      }}
    </Answer>
  )
}

const dueAmong = (shown: readonly ShownShadow[]): number =>
  shown.flatMap(({ service, model }) => shadowRows(service, model)).filter(({ state }) => state === 'due')
    .length

/** Changes as the device takes over what is desired, while somebody looks. */
function Due({ count, isOnline }: { readonly count: number; readonly isOnline: boolean }) {
  const { t } = useTranslation()
  return (
    <div role="status">
      {count > 0 && (
        <StatusMark mark="attention">
          {t(isOnline ? 'device.desired.dueOnline' : 'device.desired.dueAway', { count })}
        </StatusMark>
      )}
    </div>
  )
}
