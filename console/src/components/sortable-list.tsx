import { HolderOutlined } from '@ant-design/icons'
import { Tooltip } from 'antd'
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useLayoutEffect,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'

interface SortableListProps<T> {
  /** What the list holds. */
  readonly label: string
  readonly items: readonly T[]
  readonly keyOf: (item: T) => string
  /** Of an item, for those who do not see which handle they have. */
  readonly nameOf: (item: T) => string
  /** The item goes as many places further down as `by` says; up where it is negative. */
  readonly onMove: (item: T, by: number) => void
  readonly className?: string
  readonly children: (item: T, at: number) => ReactNode
}

/** Where the item that is being dragged came from, and where it would go now. */
interface Drag {
  readonly from: number
  readonly to: number
}

/**
 * A list whose order people choose: each item has a handle, which is dragged (by mouse or finger) or moved with the
 * arrow keys. The list itself changes only by its `items`.
 */
export function SortableList<T>(props: SortableListProps<T>) {
  const { label, items, keyOf, nameOf, onMove, className = '', children } = props
  const { t } = useTranslation()
  const list = useRef<HTMLUListElement>(null)
  const [drag, setDrag] = useState<Drag>()
  const [said, setSaid] = useState('')
  const movedKey = useRef<string>(undefined)

  // A row that is put elsewhere loses the focus with its place in the document.
  useLayoutEffect(() => {
    if (movedKey.current === undefined || document.activeElement !== document.body) return
    const at = items.findIndex((item) => keyOf(item) === movedKey.current)
    list.current?.children[at]?.querySelector<HTMLElement>('.sort-handle')?.focus()
  }, [items, keyOf])

  const move = (from: number, to: number): void => {
    const item = items[from]
    if (item === undefined || from === to || to < 0 || to >= items.length) return
    movedKey.current = keyOf(item)
    setSaid(t('common.moved', { name: nameOf(item), place: to + 1, count: items.length }))
    onMove(item, to - from)
  }

  const onKeyDown = (event: KeyboardEvent, at: number): void => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined
    if (step === undefined) return
    event.preventDefault()
    event.stopPropagation()
    move(at, at + step)
  }

  /** The place whose row lies under the pointer; beyond the ends: the last on that side. */
  const placeAt = (y: number): number => {
    const rows = [...(list.current?.children ?? [])].map((row) => row.getBoundingClientRect())
    const under = rows.findIndex(({ bottom }) => y < bottom)
    return under === -1 ? rows.length - 1 : under
  }

  const handle = (at: number) => ({
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (event.button !== 0) return
      event.currentTarget.setPointerCapture(event.pointerId)
      setDrag({ from: at, to: at })
    },
    onPointerMove(event: PointerEvent) {
      if (drag) setDrag({ ...drag, to: placeAt(event.clientY) })
    },
    onPointerUp() {
      if (drag) move(drag.from, drag.to)
      setDrag(undefined)
    },
    onPointerCancel: () => setDrag(undefined),
  })

  const classOf = (at: number): string => {
    if (!drag || drag.from === drag.to) return 'sort-item'
    if (at === drag.from) return 'sort-item dragged'
    if (at !== drag.to) return 'sort-item'
    return drag.to < drag.from ? 'sort-item drop-before' : 'sort-item drop-after'
  }

  return (
    <>
      <ul ref={list} className={`sortable ${className}`} aria-label={label}>
        {items.map((item, at) => (
          <li key={keyOf(item)} className={classOf(at)}>
            <Tooltip title={t('common.moveHelp')} mouseEnterDelay={0.5}>
              <button
                type="button"
                className="plain-button sort-handle"
                aria-label={t('common.move', { name: nameOf(item) })}
                onKeyDown={(event) => onKeyDown(event, at)}
                {...handle(at)}
              >
                <HolderOutlined />
              </button>
            </Tooltip>
            {children(item, at)}
          </li>
        ))}
      </ul>
      <span className="unseen" role="status">
        {said}
      </span>
    </>
  )
}
