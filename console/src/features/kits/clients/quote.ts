/** One word for a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`

/** A string of C. No `??` is left in it, nor made: C before C23 reads some of them as one character. */
export const cString = (text: string): string => JSON.stringify(text).replaceAll(/\?(?=\?)/g, '?\\')
