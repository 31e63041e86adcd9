import { DownOutlined } from '@ant-design/icons'
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { MenuButton } from './menu-button.tsx'

interface Tab {
  readonly key: string
  readonly name: string
  readonly children: ReactNode
  /** Stands under More, and in the row while it is the one that is shown. */
  readonly isRare?: boolean
}

interface TabsProps {
  /** What they divide. */
  readonly label: string
  readonly tabs: readonly Tab[]
  /** Absent, or none of the keys: the first. */
  readonly value: string | undefined
  readonly onChange: (key: string) => void
}

/**
 * Parts of a page of which one is shown; which one stands in the address, so the page keeps it. Arrow keys, Home and
 * End go between them; where they do not fit side by side, the row of them is scrolled, and fades where it goes on.
 */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const { t } = useTranslation()
  const id = useId()
  const row = useRef<HTMLDivElement>(null)
  const mustFocus = useRef(false)
  const active = tabs.find(({ key }) => key === value) ?? tabs[0]
  const shown = tabs.filter((tab) => tab.isRare !== true || tab === active)
  const hidden = tabs.filter((tab) => !shown.includes(tab))
  const at = active ? shown.indexOf(active) : 0
  const activeKey = active?.key
  const idOf = (key: string): string => `${id}-${key}`
  const beyond = useBeyond(row, shown.map((tab) => tab.key).join(' '))

  useEffect(() => {
    // Only the row: `scrollIntoView` would move the page as well.
    const [place, tab] = [row.current, row.current?.querySelector<HTMLElement>('[aria-selected="true"]')]
    if (!place || !tab) return
    place.scrollLeft = tab.offsetLeft - place.offsetLeft - (place.clientWidth - tab.offsetWidth) / 2
    if (mustFocus.current) tab.focus({ preventScroll: true })
    mustFocus.current = false
  }, [activeKey])

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = {
      ArrowRight: (at + 1) % shown.length,
      ArrowLeft: (at + shown.length - 1) % shown.length,
      Home: 0,
      End: shown.length - 1,
    }[event.key]
    const next = target === undefined ? undefined : shown[target]
    if (!next) return
    event.preventDefault()
    // Once it is the one that is shown: one that stood under More leaves the row, and its place moves.
    mustFocus.current = true
    onChange(next.key)
  }

  return (
    <div className="tabs">
      <div className="tab-bar">
        <div ref={row} role="tablist" aria-label={label} className="tab-row" data-beyond={beyond}>
          {shown.map(({ key, name }) => (
            <button
              key={key}
              type="button"
              role="tab"
              id={idOf(key)}
              aria-selected={key === activeKey}
              aria-controls={key === activeKey ? `${id}-panel` : undefined}
              tabIndex={key === activeKey ? 0 : -1}
              className="plain-button tab"
              onClick={() => onChange(key)}
              onKeyDown={onKeyDown}
            >
              {name}
            </button>
          ))}
        </div>
        {hidden.length > 0 && (
          <MenuButton
            label={t('common.moreParts')}
            icon={<DownOutlined />}
            groups={[{ items: hidden.map(({ key, name }) => ({ key, label: name })) }]}
            onChoose={(key) => {
              mustFocus.current = true
              onChange(key)
            }}
          >
            {t('common.more')}
          </MenuButton>
        )}
      </div>
      {active && (
        <div key={active.key} role="tabpanel" id={`${id}-panel`} aria-labelledby={idOf(active.key)}>
          {active.children}
        </div>
      )}
    </div>
  )
}

/** At which ends a row goes on beyond what is seen of it; `content` says when it holds something else. */
function useBeyond(row: RefObject<HTMLElement | null>, content: string): string | undefined {
  const [beyond, setBeyond] = useState<string>()
  useEffect(() => {
    const { current } = row
    if (!current) return undefined
    const look = (): void => {
      const { scrollLeft, scrollWidth, clientWidth } = current
      // Widths of text are fractions, which a browser rounds.
      const ends = [scrollLeft > 1 && 'start', scrollLeft + clientWidth < scrollWidth - 1 && 'end']
      setBeyond(ends.filter(Boolean).join(' ') || undefined)
    }
    const watch = new ResizeObserver(look)
    for (const each of [current, ...current.children]) watch.observe(each)
    current.addEventListener('scroll', look, { passive: true })
    return () => {
      watch.disconnect()
      current.removeEventListener('scroll', look)
    }
  }, [row, content])
  return beyond
}
