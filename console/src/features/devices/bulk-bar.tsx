import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { BulkDialog } from './bulk-dialog.tsx'
import type { BulkAct } from './device-acts.ts'
import type { DeviceRow } from './device-list.ts'

interface BulkBarProps {
  readonly projectId: string
  readonly selected: ReadonlyMap<string, DeviceRow>
  readonly onSelect: (selected: ReadonlyMap<string, DeviceRow>) => void
}

/** What can be done with the chosen devices. */
export function BulkBar({ projectId, selected, onSelect }: BulkBarProps) {
  const { t } = useTranslation()
  const [act, setAct] = useState<BulkAct>()
  if (selected.size === 0) return null
  return (
    <div className="bulk-bar" role="group" aria-label={t('bulk.label')}>
      <strong role="status">{t('bulk.selected', { count: selected.size })}</strong>
      <Button onClick={() => setAct('freeze')}>{t('bulk.freeze.act')}</Button>
      <Button onClick={() => setAct('unfreeze')}>{t('bulk.unfreeze.act')}</Button>
      <Button danger onClick={() => setAct('delete')}>
        {t('bulk.delete.act')}
      </Button>
      <Button type="text" onClick={() => onSelect(new Map())}>
        {t('bulk.clear')}
      </Button>
      {act && (
        <BulkDialog
          projectId={projectId}
          act={act}
          devices={[...selected.values()]}
          onClose={(done) => {
            setAct(undefined)
            onSelect(new Map([...selected].filter(([id]) => !done.includes(id))))
          }}
        />
      )}
    </div>
  )
}
