/* oxlint-disable jsx-a11y/no-noninteractive-element-interactions --
   What scrolls is no control: it sees where the wheel and the keyboard are among the lines, which are. */
import { UpOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type KeyboardEvent, useCallback, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TailEntry } from './tail-entries.ts'
import { TailRow } from './tail-row.tsx'
import { rowsInWindow, useSize } from './use-window.ts'
import { EntryDetail } from './entry-detail.tsx'

/** Pixels of a row, as in live.css: one line, or two where the list is narrow. */
const ROW = 30
const ROW_NARROW = 50
const NARROW = 640

interface TailListProps {
  /** Newest first. */
  readonly entries: readonly TailEntry[]
  readonly ofMany: boolean
  readonly raw: boolean
  /** How many newer ones are not shown yet. */
  readonly waiting: number
  /** Position of the entry whose detail is shown. */
  readonly opened: string | undefined
  readonly onOpen: (position: string | undefined) => void
  /** Someone scrolled away from the newest or is among the lines with the keyboard; or is no longer. */
  readonly onReading: (reading: boolean) => void
  readonly onNewest: () => void
}

/** The lines that stand in the window; those above and below it are only room. */
export function TailList(props: TailListProps) {
  const { entries, ofMany, raw, waiting, opened, onOpen, onReading, onNewest } = props
  const { t } = useTranslation()
  const [scroller, size] = useSize<HTMLDivElement>()
  const [scrolled, setScrolled] = useState(0)
  const [detail, detailSize] = useDetailHeight()
  const keyboardIn = useRef(false)
  const rowHeight = size.width > 0 && size.width < NARROW ? ROW_NARROW : ROW
  const open = opened === undefined ? -1 : entries.findIndex(({ position }) => position === opened)
  const rows = rowsInWindow({
    count: entries.length,
    rowHeight,
    open,
    openHeight: detailSize,
    scrolled,
    height: size.height,
  })

  return (
    <div className="tail-frame">
      {waiting > 0 && (
        <Button
          className="tail-newer"
          size="small"
          type="primary"
          icon={<UpOutlined />}
          onClick={() => {
            scroller.current?.scrollTo({ top: 0 })
            onNewest()
          }}
        >
          {t('tail.newer', { count: waiting })}
        </Button>
      )}
      <div
        ref={scroller}
        className="tail-scroller"
        role="region"
        aria-label={t('tail.lines')}
        tabIndex={-1}
        onScroll={({ currentTarget: { scrollTop } }) => {
          setScrolled(scrollTop)
          onReading(scrollTop > 0 || keyboardIn.current)
        }}
        onFocus={({ target }) => {
          keyboardIn.current = target.matches(':focus-visible')
          if (keyboardIn.current) onReading(true)
        }}
        onBlur={({ currentTarget, relatedTarget }) => {
          if (!keyboardIn.current || currentTarget.contains(relatedTarget)) return
          keyboardIn.current = false
          onReading(currentTarget.scrollTop > 0)
        }}
        onKeyDown={goToNextLine}
      >
        <ul className="tail-lines" style={{ height: rows.total }}>
          {entries.slice(rows.from, rows.to).map((entry, at) => {
            const row = rows.from + at
            const isOpen = row === open
            return (
              <li
                key={entry.position}
                className="tail-line"
                style={{ transform: `translateY(${rows.topOf(row)}px)` }}
              >
                <TailRow entry={entry} ofMany={ofMany} raw={raw} isOpen={isOpen} onOpen={onOpen} />
                {isOpen && (
                  <div ref={detail} className="tail-detail">
                    <EntryDetail entry={entry} ofMany={ofMany} />
                  </div>
                )}
              </li>
            )
          })}
        </ul>
      </div>
    </div>
  )
}

/** Height of the open detail, measured: it changes as its parts are folded. */
function useDetailHeight() {
  const [height, setHeight] = useState(0)
  const detail = useCallback((element: HTMLDivElement | null) => {
    if (!element) return undefined
    const measure = (): void => setHeight(element.offsetHeight)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return [detail, height] as const
}

function goToNextLine(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const line = event.target instanceof HTMLElement ? event.target.closest('.tail-line') : null
  const next = event.key === 'ArrowDown' ? line?.nextElementSibling : line?.previousElementSibling
  const button = next?.querySelector<HTMLElement>('.tail-row')
  if (!button || !(event.target as HTMLElement).matches('.tail-row')) return
  event.preventDefault()
  button.focus()
}
