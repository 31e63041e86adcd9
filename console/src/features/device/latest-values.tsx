import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { Panel } from '../../components/panel.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import { parseWireTime } from '../../lib/time.ts'
import type { Place } from './device.ts'
import './device.css'
import { isNumeric, type LatestValue, type ShownProperty, type ShownService } from './latest.ts'
import { PropertySparkline } from './property-sparkline.tsx'
import { PropertyValue } from './property-value.tsx'

interface LatestValuesProps {
  readonly place: Place
  readonly services: readonly ShownService[]
  /** Opens the history of one property. */
  readonly onProperty: (serviceId: string, property: string) => void
}

/** What the device says now: a card a service, a line a property. */
export function LatestValues({ place, services, onProperty }: LatestValuesProps) {
  const { t } = useTranslation()
  return (
    <div className="value-cards">
      {services.map(({ serviceId, description, time, properties }) => (
        <Panel
          key={serviceId}
          title={serviceId}
          level={3}
          {...(description !== '' && { text: description })}
          extra={
            time !== undefined && (
              <span className="faint small">
                <Time at={time} />
              </span>
            )
          }
        >
          {properties.length === 0 ? (
            <p className="faint">{t('device.noProperties')}</p>
          ) : (
            <ul className="values">
              {properties.map((property) => (
                <PropertyLine
                  key={property.name}
                  place={place}
                  serviceId={serviceId}
                  property={property}
                  onProperty={onProperty}
                />
              ))}
            </ul>
          )}
        </Panel>
      ))}
    </div>
  )
}

const LATE_MILLIS = 60_000

/** The device says that the value is older than its report, by so much that the one cannot be read off the other. */
const isLate = (time: string, receivedAt: string): boolean =>
  (parseWireTime(receivedAt) ?? 0) - (parseWireTime(time) ?? 0) > LATE_MILLIS

interface PropertyLineProps {
  readonly place: Place
  readonly serviceId: string
  readonly property: ShownProperty
  readonly onProperty: LatestValuesProps['onProperty']
}

function PropertyLine({ place, serviceId, property, onProperty }: PropertyLineProps) {
  const { t } = useTranslation()
  const { name, model, latest } = property
  const { value, time, received_at: receivedAt, refused } = latest ?? {}
  return (
    <li className="value">
      <span className="value-name">
        <Tooltip title={t('device.showHistory', { name })}>
          <button
            type="button"
            className="plain-button code break value-link"
            onClick={() => onProperty(serviceId, name)}
          >
            {name}
          </button>
        </Tooltip>
        <span className="faint small">
          {!model && t('device.notInModel')}
          {time !== undefined && <Time at={time} />}
          {time !== undefined && receivedAt !== undefined && isLate(time, receivedAt) && (
            <>
              {' · '}
              {t('device.received')} <Time at={receivedAt} />
            </>
          )}
        </span>
      </span>
      <span className="value-drawing">
        {value !== undefined && isNumeric(property) && (
          <PropertySparkline place={place} serviceId={serviceId} property={name} receivedAt={receivedAt} />
        )}
      </span>
      <span className="value-now">
        {value === undefined ? (
          <span className="faint">{t('device.neverReported')}</span>
        ) : (
          <PropertyValue value={value} unit={model?.unit} rounded />
        )}
        {refused && <RefusedMark name={name} refused={refused} />}
      </span>
    </li>
  )
}

interface RefusedMarkProps {
  readonly name: string
  readonly refused: NonNullable<LatestValue['refused']>
}

/** The newest report of the property was refused: why, and what to do, on hover, focus or tap. */
function RefusedMark({ name, refused: { at, sentence, remedy, seen } }: RefusedMarkProps) {
  const { t } = useTranslation()
  return (
    <Tooltip
      trigger={['hover', 'focus', 'click']}
      styles={{ root: { maxWidth: 420 } }}
      title={
        <span className="lines">
          <span>
            {sentence}
            {seen !== undefined && ` ${t('device.refusedValue', { value: clipped(JSON.stringify(seen)) })}`}
          </span>
          {remedy !== '' && <span>{remedy}</span>}
          <span className="small">
            <Time at={at} />
          </span>
        </span>
      }
    >
      <button type="button" className="plain-button refused-mark">
        <span className="unseen">{name}: </span>
        <StatusMark mark="refused">{t('device.refused')}</StatusMark>
      </button>
    </Tooltip>
  )
}

const clipped = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 60).toWellFormed()}…`)
