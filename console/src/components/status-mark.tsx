import type { ReactNode } from 'react'

/** A status is told by shape, colour and word: none of them alone. */
const marks = {
  online: { shape: '●', tone: 'good' },
  offline: { shape: '○', tone: 'soft' },
  inactive: { shape: '◌', tone: 'soft' },
  frozen: { shape: '⬒', tone: 'warning' },
  attention: { shape: '▲', tone: 'warning' },
  abnormal: { shape: '◆', tone: 'danger' },
  passed: { shape: '✓', tone: 'good' },
  refused: { shape: '✕', tone: 'danger' },
  unjudged: { shape: '–', tone: 'soft' },
} as const
export type Mark = keyof typeof marks

/** Of each status of a device. */
export const markOfStatus = {
  ONLINE: 'online',
  OFFLINE: 'offline',
  INACTIVE: 'inactive',
  FROZEN: 'frozen',
  ABNORMAL: 'abnormal',
} as const satisfies { readonly [status: string]: Mark }

export function StatusMark({ mark, children }: { readonly mark: Mark; readonly children: ReactNode }) {
  const { shape, tone } = marks[mark]
  return (
    <span className={`status-mark tone-${tone}`}>
      <span aria-hidden="true" className="status-shape">
        {shape}
      </span>
      <span>{children}</span>
    </span>
  )
}
