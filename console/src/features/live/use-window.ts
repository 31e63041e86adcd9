import { type RefObject, useEffect, useRef, useState } from 'react'

interface Size {
  readonly width: number
  readonly height: number
}

/** Size of an element, as it changes; 0 until it is known. */
export function useSize<E extends HTMLElement>(): readonly [RefObject<E | null>, Size] {
  const element = useRef<E>(null)
  const [size, setSize] = useState<Size>({ width: 0, height: 0 })
  useEffect(() => {
    const { current } = element
    if (!current) return undefined
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: entry.contentRect.width, height: entry.contentRect.height })
    })
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  return [element, size]
}

/** Rows rendered beyond both edges: what a fast wheel uncovers before the next frame. */
const BEYOND = 8

/**
 * Which rows of a list stand in its window: only those are rendered. All rows are `rowHeight` high; below row `open`
 * lie another `openHeight` pixels.
 */
export function rowsInWindow({
  count,
  rowHeight,
  open,
  openHeight,
  scrolled,
  height,
}: {
  readonly count: number
  readonly rowHeight: number
  readonly open: number
  readonly openHeight: number
  readonly scrolled: number
  readonly height: number
}): { readonly from: number; readonly to: number; topOf(row: number): number; readonly total: number } {
  const extra = open === -1 ? 0 : openHeight
  const topOf = (row: number): number => row * rowHeight + (open !== -1 && row > open ? extra : 0)
  const rowAt = (y: number): number => {
    const openEnd = (open + 1) * rowHeight
    if (open === -1 || y < openEnd) return Math.floor(y / rowHeight)
    return y < openEnd + extra ? open : Math.floor((y - extra) / rowHeight)
  }
  return {
    from: Math.max(0, rowAt(scrolled) - BEYOND),
    to: Math.min(count, rowAt(scrolled + height) + 1 + BEYOND),
    topOf,
    total: count * rowHeight + extra,
  }
}
