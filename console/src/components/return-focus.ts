import { useEffect, useState } from 'react'

/**
 * Gives the focus back, when what calls this is gone, to where it was when it came. antd's dialogs do so by themselves
 * only when they are closed, not when they are taken away.
 */
export function useReturnFocus(): void {
  const [opener] = useState(() => document.activeElement as (Element & HTMLOrSVGElement) | null)
  useEffect(
    () => () => {
      // Only when nothing else has taken it by then, e.g. the next dialog.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) opener?.focus()
      })
    },
    [opener],
  )
}
