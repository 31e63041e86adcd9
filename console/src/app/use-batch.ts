import { useCallback, useEffect, useEffectEvent, useRef } from 'react'
import { type Batch, createBatch } from '../lib/batch.ts'

/**
 * A function that collects what it is given and hands it on in groups, at most one every `millis`, the last `max` of
 * each; what waits when the page goes is forgotten. For reading lists again after changes, e.g. at most every 2 s.
 */
export function useBatch<T>(
  hand: (items: readonly T[]) => void,
  { millis, max }: { readonly millis: number; readonly max: number },
): (item: T) => void {
  const onHand = useEffectEvent(hand)
  const batch = useRef<Batch<T>>(undefined)
  useEffect(() => {
    const made = createBatch<T>((items) => onHand(items), { millis, max })
    batch.current = made
    return () => made.close()
  }, [millis, max])
  return useCallback((item) => batch.current?.add(item), [])
}
