import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface FoldedProps {
  /** Absent: "Advanced Settings". */
  readonly title?: string
  /** From now on: something in it wants to be seen, e.g. a field that was refused. */
  readonly forced?: boolean
  readonly children: ReactNode
}

/** What most people leave as it is: out of sight until it is asked for. */
export function Folded({ title, forced = false, children }: FoldedProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  return (
    <details
      className="folded"
      open={open || forced}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>{title ?? t('common.advanced')}</summary>
      <div className="folded-content">{children}</div>
    </details>
  )
}
