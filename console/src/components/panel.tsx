import { type ReactNode, useId } from 'react'

interface PanelProps {
  readonly title: string
  readonly text?: string
  /** 3 where the panel stands below a heading of the second level. */
  readonly level?: 2 | 3
  /** Beside the title. */
  readonly extra?: ReactNode
  readonly children: ReactNode
}

/** A part of a page with its own heading; readers of screens find it as a region of that name. */
export function Panel({ title, text, level = 2, extra, children }: PanelProps) {
  const id = useId()
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <section className="panel" aria-labelledby={id}>
      <div className="panel-head">
        <Heading id={id}>{title}</Heading>
        {extra}
      </div>
      {text !== undefined && <p className="soft panel-text">{text}</p>}
      {children}
    </section>
  )
}
