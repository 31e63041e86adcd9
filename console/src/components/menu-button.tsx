import { Button } from 'antd'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'

export interface MenuItem {
  readonly key: string
  readonly label: string
  /** Present where one of several is chosen. */
  readonly chosen?: boolean
}

export interface MenuGroup {
  /** Heading of the group. */
  readonly label?: string
  readonly items: readonly MenuItem[]
}

interface MenuButtonProps {
  /** Of the button, for those who do not see it. */
  readonly label: string
  readonly icon: ReactNode
  /** Beside the icon. */
  readonly children?: ReactNode
  readonly groups: readonly MenuGroup[]
  readonly onChoose: (key: string) => void
}

/**
 * A button with a menu below it (ARIA menu button). Arrow keys, Home and End go through the menu, Escape closes it. The
 * library's own would be a tenth of what the first page may weigh.
 */
export function MenuButton({ label, icon, children, groups, onChoose }: MenuButtonProps) {
  const id = useId()
  const [open, setOpen] = useState(false)
  const place = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLDivElement>(null)

  useEffect(() => {
    if (!open) return undefined
    const find = (selector: string) => list.current?.querySelector<HTMLElement>(selector)
    const first = find('[aria-checked="true"]') ?? find('[role^="menuitem"]')
    first?.focus()
    const onPress = (event: PointerEvent): void => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false)
    }
    document.addEventListener('pointerdown', onPress)
    return () => document.removeEventListener('pointerdown', onPress)
  }, [open])

  const close = (): void => {
    setOpen(false)
    place.current?.querySelector('button')?.focus()
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Tab') return setOpen(false)
    if (event.key === 'Escape') {
      event.stopPropagation()
      return close()
    }
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role^="menuitem"]') ?? [])]
    const at = items.findIndex((item) => item === document.activeElement)
    const next = {
      ArrowDown: (at + 1) % items.length,
      ArrowUp: (at + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    }[event.key]
    if (next === undefined) return
    event.preventDefault()
    items[next]?.focus()
  }

  return (
    <div ref={place} className="menu">
      <Button
        type="text"
        icon={icon}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        {...(open && { 'aria-controls': id })}
        onClick={() => setOpen(!open)}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown') return
          event.preventDefault()
          setOpen(true)
        }}
      >
        {children}
      </Button>
      {open && (
        <div
          ref={list}
          id={id}
          role="menu"
          aria-label={label}
          tabIndex={-1}
          className="menu-list"
          onKeyDown={onKeyDown}
        >
          {groups.map(({ label: heading, items }, at) => (
            <div key={heading ?? at} role="group" aria-label={heading}>
              {heading !== undefined && <div className="menu-heading">{heading}</div>}
              {items.map(({ key, label: name, chosen }) => (
                <button
                  key={key}
                  type="button"
                  role={chosen === undefined ? 'menuitem' : 'menuitemradio'}
                  {...(chosen !== undefined && { 'aria-checked': chosen })}
                  tabIndex={-1}
                  className="plain-button menu-item"
                  onClick={() => {
                    close()
                    onChoose(key)
                  }}
                >
                  {name}
                </button>
              ))}
            </div>
          ))}
        </div>
      )}
    </div>
  )
}
