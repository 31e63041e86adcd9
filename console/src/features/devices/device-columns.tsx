import { TableOutlined } from '@ant-design/icons'
import { Button, Checkbox, Popover } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { recall, remember } from '../../lib/storage.ts'

/** In the order of the table. */
const columnKeys = ['status', 'name', 'deviceId', 'nodeId', 'product', 'space', 'auth', 'registered'] as const
export type ColumnKey = (typeof columnKeys)[number]

/** Without them a row would say nothing. */
const always: readonly ColumnKey[] = ['status', 'name']
const atFirst = columnKeys.filter((key) => key !== 'space')

/** The columns that are shown; the browser remembers a choice. */
export function useColumns(): readonly [readonly ColumnKey[], (next: readonly ColumnKey[]) => void] {
  const [chosen, setChosen] = useState(remembered)
  return [
    chosen,
    (next) => {
      const inOrder = columnKeys.filter((key) => next.includes(key) || always.includes(key))
      setChosen(inOrder)
      remember('device-columns', inOrder.join(','))
    },
  ]
}

function remembered(): readonly ColumnKey[] {
  const names = recall('device-columns')?.split(',')
  return names ? columnKeys.filter((key) => names.includes(key) || always.includes(key)) : atFirst
}

interface ColumnChoiceProps {
  readonly columns: readonly ColumnKey[]
  readonly onChange: (next: readonly ColumnKey[]) => void
}

/** A button with a box for each column. */
export function ColumnChoice({ columns, onChange }: ColumnChoiceProps) {
  const { t } = useTranslation()
  const titles: { readonly [K in ColumnKey]: string } = {
    status: t('devices.status'),
    name: t('devices.name'),
    deviceId: t('devices.deviceId'),
    nodeId: t('devices.nodeId'),
    product: t('devices.product'),
    space: t('register.space'),
    auth: t('devices.auth'),
    registered: t('devices.registered'),
  }
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group
          className="column-choice"
          value={[...columns]}
          options={columnKeys.map((value) => ({
            value,
            label: titles[value],
            disabled: always.includes(value),
          }))}
          onChange={onChange}
        />
      }
    >
      <Button icon={<TableOutlined />}>{t('devices.columns')}</Button>
    </Popover>
  )
}
