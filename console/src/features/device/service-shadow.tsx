import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import { Panel } from '../../components/panel.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { ErrorState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import { writableRules } from './commands/values.ts'
import { changeDesired, type Values } from './desired.ts'
import type { Place } from './device.ts'
import { PropertyValue } from './property-value.tsx'
import { type ShadowRow, shadowQuery, shadowRows, type ShownShadow } from './shadow.ts'

// With its form, which only those load who change something.
const DesiredDialog = lazy(async () => {
  const { DesiredDialog: dialog } = await import('./desired-dialog.tsx')
  return { default: dialog }
})

interface ServiceShadowProps extends ShownShadow {
  readonly place: Place
  readonly isOnline: boolean
}

/** One service: what is desired of it beside what it reported, and the ways to desire something else. */
export function ServiceShadow({ place, isOnline, service, model }: ServiceShadowProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState<'set' | 'clear'>()
  const { remove, clear } = useDesired(place, service.service_id)
  const { service_id: id, desired, reported, version } = service
  const rows = shadowRows(service, model)
  const rules = writableRules(model)
  const close = (): void => setOpen(undefined)
  return (
    <Panel
      title={id}
      level={3}
      extra={
        <span className="wrapping">
          <span className="faint small">{t('device.shadow.version', { version: String(version) })}</span>
          {desired && (
            <Button
              size="small"
              aria-label={t('device.desired.clearOf', { service: id })}
              onClick={() => {
                clear.reset()
                setOpen('clear')
              }}
            >
              {t('device.desired.clear')}
            </Button>
          )}
          {rules.length > 0 && (
            <Button
              size="small"
              aria-label={t('device.desired.setOf', { service: id })}
              onClick={() => setOpen('set')}
            >
              {t('device.desired.set')}
            </Button>
          )}
        </span>
      }
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
      {remove.error && <ErrorState error={remove.error} />}
      {rows.length === 0 ? (
        <p className="faint">{t(rules.length > 0 ? 'device.desired.nothing' : 'device.shadow.nothing')}</p>
      ) : (
        <ShadowTable
          service={id}
          rows={rows}
          unitOf={(property) => model.find(({ property_name: name }) => name === property)?.unit}
          onRemove={(property) => remove.mutate(property)}
        />
      )}
      {open === 'set' && (
        <Suspense>
          <DesiredDialog
            place={place}
            serviceId={id}
            rules={rules}
            desired={desired?.properties ?? {}}
            reported={reported?.properties ?? {}}
            isOnline={isOnline}
            onClose={close}
          />
        </Suspense>
      )}
      {open === 'clear' && (
        <FormDialog
          title={t('device.desired.clearOf', { service: id })}
          text={t('device.desired.clearText')}
          submitText={t('device.desired.clear')}
          danger
          busy={clear.isPending}
          error={clear.error}
          onSubmit={() => clear.mutate(undefined, { onSuccess: close })}
          onClose={close}
        >
          {null}
        </FormDialog>
      )}
    </Panel>
  )
}

function useDesired(place: Place, serviceId: string) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const change = async (desired: Values): Promise<void> => {
    const shadow = await changeDesired(place, serviceId, desired)
    client.setQueryData(shadowQuery(place).queryKey, [...shadow])
  }
  const remove = useMutation({
    mutationFn: (property: string) => change({ [property]: null }),
    onSuccess: (_, property) => notify(t('device.desired.removed', { property })),
  })
  const clear = useMutation({
    mutationFn: () => change({}),
    onSuccess: () => notify(t('device.desired.cleared', { service: serviceId })),
  })
  return { remove, clear }
}

interface ShadowTableProps {
  readonly service: string
  readonly rows: readonly ShadowRow[]
  readonly unitOf: (property: string) => string | undefined
  readonly onRemove: (property: string) => void
}

function ShadowTable({ service, rows, unitOf, onRemove }: ShadowTableProps) {
  const { t } = useTranslation()
  const value = (property: string, of: unknown) =>
    of === undefined ? (
      <span className="faint">{t('device.shadow.none')}</span>
    ) : (
      <PropertyValue value={of} unit={unitOf(property)} />
    )
  const columns: readonly Column<ShadowRow>[] = [
    {
      key: 'property',
      title: t('device.property'),
      cell: ({ property, state }) => (
        <span className="wrapping">
          <code className="break">{property}</code>
          {state !== 'settled' && (
            <span className="small">
              <StatusMark mark={state === 'due' ? 'attention' : 'unjudged'}>
                {t(state === 'due' ? 'device.desired.due' : 'device.desired.unwritable')}
              </StatusMark>
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
    {
      key: 'actions',
      title: t('common.actions'),
      end: true,
      cell: ({ property, desired: of }) =>
        of !== undefined && (
          <RowAction
            text={t('device.desired.remove')}
            label={t('device.desired.removeOf', { property })}
            onClick={() => onRemove(property)}
          />
        ),
    },
  ]
  return (
    <div className="shadow-table">
      <DataTable
        label={t('device.shadow.of', { service })}
        rows={rows}
        keyOf={({ property }) => property}
        columns={rows.some(({ desired }) => desired !== undefined) ? columns : columns.slice(0, -1)}
      />
    </div>
  )
}
