import { type ReactNode, useState } from 'react'
import './windowed-rows.css'

interface WindowedRowsProps {
  /** What the table lists. */
  readonly label: string
  readonly titles: readonly string[]
  readonly count: number
  /** Of every row, in CSS pixels: what is not in sight is not in the page either. */
  readonly rowHeight: number
  /** Of the part that is in sight. */
  readonly height: number
  /** Cells of a row, in the order of the titles; asked for rows in sight alone. */
  readonly cells: (row: number) => readonly ReactNode[]
  /** Of each row and of the heading, for its columns. */
  readonly rowClass: string
}

/** Rows above and below what is in sight, so that scrolling shows no gap. */
const SPARE = 8

/** A table of very many rows of one height, of which only those in sight exist; scrolled by the keyboard too. */
export function WindowedRows(props: WindowedRowsProps) {
  const { label, titles, count, rowHeight, height, cells, rowClass } = props
  const [top, setTop] = useState(0)
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE)
  const last = Math.min(count, Math.ceil((top + height) / rowHeight) + SPARE)
  return (
    <div
      className="windowed"
      role="table"
      aria-label={label}
      aria-rowcount={count + 1}
      tabIndex={0}
      style={{ maxHeight: height }}
      onScroll={({ currentTarget }) => setTop(currentTarget.scrollTop)}
    >
      <div role="rowgroup" className="windowed-head">
        <div role="row" aria-rowindex={1} className={rowClass}>
          {titles.map((title) => (
            <span key={title} role="columnheader">
              {title}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" className="windowed-body" style={{ height: count * rowHeight }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at).map((row) => (
          <div
            key={row}
            role="row"
            aria-rowindex={row + 2}
            className={`windowed-row ${rowClass}`}
            style={{ top: row * rowHeight, height: rowHeight }}
          >
            {cells(row).map((cell, at) => (
              <span key={titles[at]} role="cell" className="windowed-cell">
                {cell}
              </span>
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}
