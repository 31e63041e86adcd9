import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react'

interface TabsProps {
  /** What they divide. */
  readonly label: string
  readonly tabs: readonly { readonly key: string; readonly name: ReactNode; readonly children: ReactNode }[]
  /** Absent, or none of the keys: the first. */
  readonly value: string | undefined
  readonly onChange: (key: string) => void
}

/**
 * Parts of a page of which one is shown; which one stands in the address, so the page keeps it. Arrow keys, Home and
 * End go between them; where they do not fit side by side, the row of them is scrolled.
 */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const id = useId()
  const row = useRef<HTMLDivElement>(null)
  const at = Math.max(
    0,
    tabs.findIndex(({ key }) => key === value),
  )
  const active = tabs[at]
  const idOf = (key: string): string => `${id}-${key}`

  useEffect(() => {
    // Only the row: `scrollIntoView` would move the page as well.
    const [place, tab] = [row.current, row.current?.querySelector<HTMLElement>('[aria-selected="true"]')]
    if (place && tab)
      place.scrollLeft = tab.offsetLeft - place.offsetLeft - (place.clientWidth - tab.offsetWidth) / 2
  }, [at])

  const onKeyDown = (event: KeyboardEvent): void => {
    const target = {
      ArrowRight: (at + 1) % tabs.length,
      ArrowLeft: (at + tabs.length - 1) % tabs.length,
      Home: 0,
      End: tabs.length - 1,
    }[event.key]
    const next = target === undefined ? undefined : tabs[target]
    if (!next) return
    event.preventDefault()
    onChange(next.key)
    document.getElementById(idOf(next.key))?.focus()
  }

  return (
    <div className="tabs">
      <div ref={row} role="tablist" aria-label={label} className="tab-row">
        {tabs.map(({ key, name }) => (
          <button
            key={key}
            type="button"
            role="tab"
            id={idOf(key)}
            aria-selected={key === active?.key}
            aria-controls={key === active?.key ? `${id}-panel` : undefined}
            tabIndex={key === active?.key ? 0 : -1}
            className="plain-button tab"
            onClick={() => onChange(key)}
            onKeyDown={onKeyDown}
          >
            {name}
          </button>
        ))}
      </div>
      {active && (
        <div key={active.key} role="tabpanel" id={`${id}-panel`} aria-labelledby={idOf(active.key)}>
          {active.children}
        </div>
      )}
    </div>
  )
}
