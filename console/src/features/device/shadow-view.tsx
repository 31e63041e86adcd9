import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import type { Place, ProductModel } from './device.ts'
import { PropertyValue } from './property-value.tsx'
import { type ShadowService, shadowQuery, shadowRows } from './shadow.ts'

interface ShadowViewProps {
  readonly place: Place
  readonly model: ProductModel | undefined
}

/** What was wanted of the device and what it reported, side by side. */
export function ShadowView({ place, model }: ShadowViewProps) {
  const { t } = useTranslation()
  const shadow = useQuery(shadowQuery(place))
  const unitOf = (service: string, property: string): string | undefined =>
    model?.service_capabilities
      .find(({ service_id: id }) => id === service)
      ?.properties?.find(({ property_name: name }) => name === property)?.unit
  return (
    <Answer of={shadow}>
      {(services) =>
        services.length === 0 ? (
          <EmptyState text={t('device.shadow.empty')} />
        ) : (
          <div className="stack">
            <p className="soft">{t('device.shadow.text')}</p>
            {services.map((service) => (
              <ServiceShadow
                key={service.service_id}
                service={service}
                unitOf={(property) => unitOf(service.service_id, property)}
              />
            ))}
          </div>
        )
      }
    </Answer>
  )
}

interface ServiceShadowProps {
  readonly service: ShadowService
  readonly unitOf: (property: string) => string | undefined
}

function ServiceShadow({ service, unitOf }: ServiceShadowProps) {
  const { t } = useTranslation()
  const { service_id: id, desired, reported, version } = service
  const rows = shadowRows(service)
  const value = (property: string, of: unknown) =>
    of === undefined ? (
      <span className="faint">{t('device.shadow.none')}</span>
    ) : (
      <PropertyValue value={of} unit={unitOf(property)} />
    )
  return (
    <Panel
      title={id}
      level={3}
      extra={<span className="faint small">{t('device.shadow.version', { version: String(version) })}</span>}
    >
      <p className="wrapping soft small">
        {desired && (
          <span>
            {t('device.shadow.desired')} <Time at={desired.event_time} />
          </span>
        )}
        {reported && (
          <span>
            {t('device.shadow.reported')} <Time at={reported.event_time} />
          </span>
        )}
      </p>
      {rows.length === 0 ? (
        <p className="faint">{t('device.shadow.nothing')}</p>
      ) : (
        <div className="shadow-table">
          <DataTable
            label={t('device.shadow.of', { service: id })}
            rows={rows}
            keyOf={({ property }) => property}
            columns={[
              {
                key: 'property',
                title: t('device.property'),
                cell: ({ property, differs }) => (
                  <span className="wrapping">
                    <code className="break">{property}</code>
                    {differs && (
                      <span className="small">
                        <StatusMark mark="attention">{t('device.shadow.differs')}</StatusMark>
                      </span>
                    )}
                  </span>
                ),
              },
              {
                key: 'desired',
                title: t('device.shadow.desired'),
                cell: ({ property, desired: of }) => value(property, of),
              },
              {
                key: 'reported',
                title: t('device.shadow.reported'),
                cell: ({ property, reported: of }) => value(property, of),
              },
            ]}
          />
        </div>
      )}
    </Panel>
  )
}
