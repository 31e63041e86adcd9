import { useEffect, useSyncExternalStore } from 'react'

/** A sentence about what was just done: shown for a while and read out, without taking the focus. */
interface Notice {
  readonly id: number
  readonly text: string
}

const SHOWN_MILLIS = 6000

let current: Notice | undefined
let count = 0
const readers = new Set<() => void>()

function show(next: Notice | undefined): void {
  current = next
  for (const reader of readers) reader()
}

/** Says `text`; a newer notice replaces an older one. */
export function notify(text: string): void {
  count += 1
  show({ id: count, text })
}

function subscribe(reader: () => void): () => void {
  readers.add(reader)
  return () => void readers.delete(reader)
}

/** Where notices appear; once a page. */
export function Notices() {
  const notice = useSyncExternalStore(subscribe, () => current)

  useEffect(() => {
    if (!notice) return undefined
    const timer = setTimeout(() => show(undefined), SHOWN_MILLIS)
    return () => clearTimeout(timer)
  }, [notice])

  return (
    <div className="notices" role="status" aria-live="polite">
      {notice && (
        <p key={notice.id} className="notice">
          {notice.text}
        </p>
      )}
    </div>
  )
}
