import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { call } from '../../api/client.ts'
import type { ControlProps } from '../../components/field.tsx'
import { useSettled } from '../../components/use-settled.ts'
import { devicesKey } from './devices.ts'

interface DeviceSelectProps {
  readonly projectId: string
  /** Resource space that devices are looked for in; absent: all of the project. */
  readonly spaceId?: string | undefined
  readonly label: string
  readonly placeholder?: string
  /** Of the field around it. */
  readonly id?: string
  readonly control?: ControlProps
  readonly value: string | undefined
  readonly onChange: (deviceId: string | undefined) => void
}

/** How many devices are offered: who looks for another one types more of it. */
const OFFERED_MAX = 20

/** One device among many, found by any part of its id, node id or name. */
export function DeviceSelect(props: DeviceSelectProps) {
  const { projectId, spaceId, label, placeholder, id, control, value, onChange } = props
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const search = useSettled(typed.trim())
  const found = useQuery({
    queryKey: [...devicesKey(projectId), 'offered', spaceId, search],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices', {
        params: { project_id: projectId },
        query: {
          limit: OFFERED_MAX,
          ...(search !== '' && { search }),
          ...(spaceId !== undefined && { app_id: spaceId }),
        },
        signal,
      }),
    enabled: open,
    placeholderData: keepPreviousData,
  })
  return (
    <Select<string | null>
      {...(id !== undefined && { id })}
      {...control}
      aria-label={label}
      className="device-select"
      placeholder={placeholder ?? label}
      allowClear
      showSearch={{ filterOption: false, searchValue: typed, onSearch: setTyped }}
      loading={found.isFetching}
      onOpenChange={setOpen}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      options={(found.data?.devices ?? []).map(({ device_id: key, device_name: name, node_id: node }) => ({
        value: key,
        label: `${name ?? node} (${key})`,
      }))}
      notFoundContent={found.error?.message ?? null}
    />
  )
}
