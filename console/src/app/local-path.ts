/**
 * `text` when it is a path of this console, for going back to after signing in; undefined for anything that a
 * browser would take for another site (`//host`, `/\host`) or another scheme.
 */
export function localPath(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(text) && !text.startsWith('/sign-in') ? text : undefined
}
