import { Button, Tooltip } from 'antd'
import type { ReactNode } from 'react'

interface RowActionProps {
  readonly text: string
  /** With the name of the row: for those who do not see which row the button is in. */
  readonly label: string
  /** Where there is one, the text stands beside it only where there is room. */
  readonly icon?: ReactNode
  readonly danger?: boolean
  readonly onClick: () => void
}

/** A button in the last column of a table. */
export function RowAction({ text, label, icon, danger = false, onClick }: RowActionProps) {
  const button = (
    <Button size="small" danger={danger} icon={icon} aria-label={label} onClick={onClick}>
      {icon ? <span className="row-action-text">{text}</span> : text}
    </Button>
  )
  return icon ? <Tooltip title={text}>{button}</Tooltip> : button
}
