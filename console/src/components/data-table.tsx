/* oxlint-disable jsx-a11y/no-interactive-element-to-noninteractive-role, jsx-a11y/no-noninteractive-element-interactions --
   rows and cells are no interactive elements; their roles are said because a changed `display` takes them away. The
   arrow keys move between what is interactive in the rows. */
import { Checkbox } from 'antd'
import type { KeyboardEvent, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

export interface Column<T> {
  readonly key: string
  readonly title: string
  readonly cell: (row: T) => ReactNode
  /** At the right edge: figures, and what can be done with the row. */
  readonly end?: boolean
  /** The rows can be put in the order of this column; `key` names it. */
  readonly sortable?: boolean
}

export interface Sorting {
  readonly by: string
  readonly order: 'asc' | 'desc'
}

interface DataTableProps<T> {
  /** What the table lists. */
  readonly label: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly sorting?: Sorting
  readonly onSort?: (next: Sorting) => void
  /** Rows can be chosen, by their keys. */
  readonly selection?: {
    readonly selected: ReadonlySet<string>
    readonly onChange: (selected: ReadonlySet<string>) => void
    /** Of a row, for those who do not see where the box stands. */
    readonly nameOf: (row: T) => string
  }
}

/**
 * Rows of plain data. On a narrow screen each row becomes a card, with the column's title before each value: nothing
 * has to be scrolled sideways. Arrow keys go from a row to the next, to the first thing in it that can be followed.
 */
export function DataTable<T>(props: DataTableProps<T>) {
  const { label, columns, rows, keyOf, sorting, onSort, selection } = props
  const { t } = useTranslation()
  const chosenHere = rows.filter((row) => selection?.selected.has(keyOf(row))).length
  return (
    <table className="data-table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {selection && (
            <th role="columnheader" scope="col" className="choice">
              <Checkbox
                aria-label={t('common.selectAll')}
                checked={rows.length > 0 && chosenHere === rows.length}
                indeterminate={chosenHere > 0 && chosenHere < rows.length}
                onChange={({ target }) => {
                  const next = new Set(selection.selected)
                  for (const row of rows)
                    if (target.checked) next.add(keyOf(row))
                    else next.delete(keyOf(row))
                  selection.onChange(next)
                }}
              />
            </th>
          )}
          {columns.map((column) => (
            <Heading key={column.key} column={column} sorting={sorting} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup" onKeyDown={goToNextRow}>
        {rows.map((row) => (
          <tr key={keyOf(row)} role="row">
            {selection && (
              <td role="cell" className="choice">
                <Checkbox
                  aria-label={t('common.selectRow', { name: selection.nameOf(row) })}
                  checked={selection.selected.has(keyOf(row))}
                  onChange={({ target }) => {
                    const next = new Set(selection.selected)
                    if (target.checked) next.add(keyOf(row))
                    else next.delete(keyOf(row))
                    selection.onChange(next)
                  }}
                />
              </td>
            )}
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

interface HeadingProps<T> {
  readonly column: Column<T>
  readonly sorting: Sorting | undefined
  readonly onSort: ((next: Sorting) => void) | undefined
}

function Heading<T>({ column: { key, title, end, sortable }, sorting, onSort }: HeadingProps<T>) {
  const sorted = sorting?.by === key ? sorting.order : undefined
  return (
    <th
      role="columnheader"
      scope="col"
      className={end ? 'end' : undefined}
      {...(sorted && { 'aria-sort': sorted === 'asc' ? 'ascending' : 'descending' })}
    >
      {sortable && onSort ? (
        <button
          type="button"
          className="plain-button sort-button"
          onClick={() => onSort({ by: key, order: sorted === 'asc' ? 'desc' : 'asc' })}
        >
          {title}
          <span aria-hidden="true" className="sort-mark">
            {sorted === 'asc' ? '▲' : sorted === 'desc' ? '▼' : ''}
          </span>
        </button>
      ) : (
        title
      )}
    </th>
  )
}

function goToNextRow(event: KeyboardEvent<HTMLTableSectionElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const { target } = event
  if (!(target instanceof HTMLElement) || target.matches('input:not([type=checkbox]), textarea, select'))
    return
  const row = target.closest('tr')
  const next = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling
  const place = next?.querySelector<HTMLElement>('td:not(.choice) :is(a, button)')
  if (!place) return
  event.preventDefault()
  place.focus()
}
