import { SearchOutlined } from '@ant-design/icons'
import { Button, Input, Select } from 'antd'
import { type KeyboardEvent, useEffect, useEffectEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AuthType, authTypes, type DeviceFilter, type DeviceRow, statuses } from './device-list.ts'
import { ProductSelect } from './product-select.tsx'
import { useSettled } from '../../components/use-settled.ts'
import { StatusMark } from '../../components/status-mark.tsx'

type Narrowing = Pick<DeviceFilter, 'find' | 'status' | 'productId' | 'authType'>

interface DeviceFiltersProps {
  readonly projectId: string
  readonly spaceId: string | undefined
  readonly filter: Narrowing
  readonly onChange: (next: Narrowing) => void
}

/** What the list is narrowed to. What is typed counts once the typing pauses. */
export function DeviceFilters({ projectId, spaceId, filter, onChange }: DeviceFiltersProps) {
  const { t } = useTranslation()
  const isNarrowed = Object.values(filter).some((value) => value !== undefined)
  return (
    <>
      <FindField value={filter.find} onChange={(find) => onChange({ ...filter, find })} />
      <Select<(typeof statuses)[number]>
        aria-label={t('devices.status')}
        className="status-filter"
        allowClear
        placeholder={t('devices.anyStatus')}
        {...(filter.status && { value: filter.status })}
        onChange={(status) => onChange({ ...filter, status })}
        options={statuses.map((value) => ({
          value,
          label: <StatusMark mark={value}>{t(`devices.statuses.${upper[value]}`)}</StatusMark>,
        }))}
      />
      <ProductSelect
        projectId={projectId}
        spaceId={spaceId}
        label={t('devices.product')}
        placeholder={t('devices.anyProduct')}
        clearable
        value={filter.productId}
        onChange={(productId) => onChange({ ...filter, productId })}
      />
      <Select<AuthType>
        aria-label={t('devices.auth')}
        allowClear
        placeholder={t('devices.anyAuth')}
        {...(filter.authType && { value: filter.authType })}
        onChange={(authType) => onChange({ ...filter, authType })}
        options={authTypes.map((value) => ({ value, label: t(`devices.authTypes.${value}`) }))}
      />
      {isNarrowed && (
        <Button type="text" onClick={() => onChange({})}>
          {t('devices.clearFilters')}
        </Button>
      )}
    </>
  )
}

const upper = {
  online: 'ONLINE',
  offline: 'OFFLINE',
  inactive: 'INACTIVE',
  frozen: 'FROZEN',
} as const satisfies Record<(typeof statuses)[number], DeviceRow['status']>

interface FindFieldProps {
  readonly value: string | undefined
  readonly onChange: (find: string | undefined) => void
}

function FindField({ value, onChange }: FindFieldProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState(value ?? '')
  const settled = useSettled(typed)
  const [seen, setSeen] = useState(value)
  if (value !== seen) {
    setSeen(value)
    // Changed by something else than what was typed here: the way back, or the filters were cleared.
    if (value !== wantedOf(settled)) setTyped(value ?? '')
  }
  const onSettled = useEffectEvent((text: string) => {
    if (wantedOf(text) !== value) onChange(wantedOf(text))
  })
  useEffect(() => onSettled(settled), [settled])
  return (
    <Input
      className="find"
      prefix={<SearchOutlined />}
      aria-label={t('devices.find')}
      placeholder={t('devices.find')}
      allowClear
      maxLength={128}
      value={typed}
      onChange={(event) => setTyped(event.target.value)}
      onKeyDown={toFirstRow}
    />
  )
}

const wantedOf = (text: string): string | undefined => text.trim() || undefined

/** From the field down into what was found. */
function toFirstRow(event: KeyboardEvent): void {
  if (event.key !== 'ArrowDown') return
  const link = document.querySelector<HTMLElement>('.data-table tbody td:not(.choice) a')
  if (!link) return
  event.preventDefault()
  link.focus()
}
