import { useEffect, useState } from 'react'

const TYPING_MILLIS = 250

/** `text`, once it has not changed for a moment: not every letter is a question to the platform. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING_MILLIS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}
