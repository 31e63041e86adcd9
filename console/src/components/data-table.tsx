/* oxlint-disable jsx-a11y/no-interactive-element-to-noninteractive-role --
   rows and cells are no interactive elements; their roles are said because a changed `display` takes them away */
import type { ReactNode } from 'react'

export interface Column<T> {
  readonly key: string
  readonly title: string
  readonly cell: (row: T) => ReactNode
  /** At the right edge: figures, and what can be done with the row. */
  readonly end?: boolean
}

interface DataTableProps<T> {
  /** What the table lists. */
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
}

/**
 * Rows of plain data. On a narrow screen each row becomes a card, with the column's title before each value: nothing
 * has to be scrolled sideways.
 */
export function DataTable<T>({ label, columns, rows, keyOf }: DataTableProps<T>) {
  return (
    <table className="data-table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map(({ key, title, end }) => (
            <th key={key} role="columnheader" scope="col" className={end ? 'end' : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {columns.map(({ key, title, cell, end }) => (
              <td key={key} role="cell" data-title={title} className={end ? 'end' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
