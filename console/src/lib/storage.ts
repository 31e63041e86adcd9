/**
 * What the browser remembers for this person: language, theme, a folded rail, columns. A browser may refuse to store (private
 * windows, site data switched off); then a choice lasts as long as the page, which is no fault worth a message.
 */
export type Remembered = 'language' | 'theme' | 'rail' | 'device-columns'

const keyOf = (name: Remembered): string => `quayside.${name}`

/** The stored text, or undefined when there is none or the browser keeps nothing. */
export function recall(name: Remembered, storage: () => Storage = () => localStorage): string | undefined {
  try {
    return storage().getItem(keyOf(name)) ?? undefined
  } catch {
    return undefined
  }
}

/** Stores `value`; undefined forgets it. False when the browser keeps nothing. */
export function remember(
  name: Remembered,
  value: string | undefined,
  storage: () => Storage = () => localStorage,
): boolean {
  try {
    if (value === undefined) storage().removeItem(keyOf(name))
    else storage().setItem(keyOf(name), value)
    return true
  } catch {
    return false
  }
}
