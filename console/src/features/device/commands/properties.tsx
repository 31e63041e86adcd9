import { useMutation } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { Panel } from '../../../components/panel.tsx'
import { EmptyState } from '../../../components/states.tsx'
import type { Place } from '../device.ts'
import type { ModelService } from './command-form.tsx'
import { DeviceAnswer, timed } from './device-answer.tsx'
import { getProperties, setProperties } from './downlinks.ts'
import { focusFault } from './focus-fault.ts'
import { TrackList } from './track-list.tsx'
import { ValueFields } from './value-fields.tsx'
import { type Draft, newDraft, readDraft, type ValueRule, writableRules } from './values.ts'

interface PropertiesProps {
  readonly place: Place
  readonly services: readonly ModelService[]
  /** What the device reported last; undefined: nothing. */
  readonly reportedOf: (serviceId: string, property: string) => unknown
  /** Leads to where the model is made. */
  readonly toModel: ReactNode
}

/** Asks the device to take on values of properties, and for those that it has. */
export function Properties({ place, services, reportedOf, toModel }: PropertiesProps) {
  const { t } = useTranslation()
  const set = useMutation({
    mutationFn: (asked: Setting) => timed(setProperties(place, asked.serviceId, asked.properties)),
  })
  const get = useMutation({
    mutationFn: (serviceId: string | undefined) => timed(getProperties(place, serviceId)),
  })
  // One answer is shown: that of what was asked last.
  const latest = set.submittedAt > get.submittedAt ? set : get
  const writable = services
    .map((service) => ({ serviceId: service.service_id, rules: writableRules(service.properties) }))
    .filter(({ rules }) => rules.length > 0)
  return (
    <div className="downlink-columns">
      <div className="stack">
        <Panel title={t('downlinks.setProperties')} text={t('downlinks.setPropertiesText')}>
          {writable.length === 0 ? (
            <EmptyState text={t('downlinks.noWritable')} action={toModel} />
          ) : (
            <SetForm
              services={writable}
              reportedOf={reportedOf}
              busy={set.isPending}
              onSubmit={(asked) => set.mutate(asked)}
            />
          )}
        </Panel>
        <Panel title={t('downlinks.getProperties')} text={t('downlinks.getPropertiesText')}>
          <GetForm services={services} busy={get.isPending} onSubmit={(serviceId) => get.mutate(serviceId)} />
        </Panel>
      </div>
      <div className="stack">
        <Panel title={t('downlinks.answer')}>
          <DeviceAnswer of={latest} empty={t('downlinks.answerEmptyProperties')} />
        </Panel>
        <TrackList place={place} types={['property-set', 'property-get']} />
      </div>
    </div>
  )
}

interface Setting {
  readonly serviceId: string
  readonly properties: Readonly<Record<string, unknown>>
}

interface SetFormProps {
  readonly services: readonly { readonly serviceId: string; readonly rules: readonly ValueRule[] }[]
  readonly reportedOf: PropertiesProps['reportedOf']
  readonly busy: boolean
  readonly onSubmit: (setting: Setting) => void
}

function SetForm({ services, reportedOf, busy, onSubmit }: SetFormProps) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<string>()
  const [draft, setDraft] = useState<Draft>(newDraft)
  const [tried, setTried] = useState(false)
  const service = services.find(({ serviceId }) => serviceId === chosen) ?? services[0]
  if (!service) return null
  const { serviceId, rules } = service
  const properties = readDraft(rules, draft)
  const isEmpty = properties !== undefined && Object.keys(properties).length === 0
  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        focusFault(event.currentTarget)
        if (!busy && properties && !isEmpty) onSubmit({ serviceId, properties })
      }}
    >
      <Field
        label={t('downlinks.service')}
        error={tried && isEmpty ? t('downlinks.faults.nothing') : undefined}
      >
        {(control) => (
          <Select
            {...control}
            value={serviceId}
            options={services.map(({ serviceId: id }) => ({ value: id, label: id }))}
            onChange={(id) => {
              setChosen(id)
              setDraft(newDraft)
              setTried(false)
            }}
          />
        )}
      </Field>
      <ValueFields
        key={serviceId}
        label={t('device.properties')}
        rules={rules}
        draft={draft}
        onChange={setDraft}
        tried={tried}
        hintOf={(name) => {
          const value = reportedOf(serviceId, name)
          return value === undefined
            ? undefined
            : t('downlinks.reportedLast', { value: JSON.stringify(value).slice(0, 60).toWellFormed() })
        }}
      />
      <div>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('downlinks.set')}
        </Button>
      </div>
    </form>
  )
}

interface GetFormProps {
  readonly services: readonly ModelService[]
  readonly busy: boolean
  readonly onSubmit: (serviceId: string | undefined) => void
}

/** Of the list of services. */
const ALL = ''

function GetForm({ services, busy, onSubmit }: GetFormProps) {
  const { t } = useTranslation()
  const [serviceId, setServiceId] = useState(ALL)
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy) onSubmit(serviceId === ALL ? undefined : serviceId)
      }}
    >
      <Field label={t('downlinks.service')}>
        {(control) => (
          <Select
            {...control}
            value={serviceId}
            options={[
              { value: ALL, label: t('downlinks.allServices') },
              ...services.map(({ service_id: id }) => ({ value: id, label: id })),
            ]}
            onChange={setServiceId}
          />
        )}
      </Field>
      <div>
        <Button htmlType="submit" loading={busy}>
          {t('downlinks.get')}
        </Button>
      </div>
    </form>
  )
}
