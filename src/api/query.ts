/**
 * The pairs of a query string, decoded, in order. `+` is a space, as Go's and the browser's form encoding has it;
 * the SDKs send a plus sign as `%2B`.
 */
export function queryPairs(query: string): readonly (readonly [name: string, value: string])[] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const end = pair.indexOf('=')
      const name = end < 0 ? pair : pair.slice(0, end)
      const value = end < 0 ? '' : pair.slice(end + 1)
      return [decodeText(name.replaceAll('+', ' ')), decodeText(value.replaceAll('+', ' '))]
    })
}

/** The query's values by name, without a prototype. Of repeated names the last one counts (northbound §2.1: none). */
export function queryValues(query: string): Record<string, string> {
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(queryPairs(query)))
}

/** Percent-decodes; text that is not well-formed UTF-8 in percent signs stays as it stands. */
export function decodeText(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch (fault) {
    if (fault instanceof URIError) return text
    throw fault
  }
}
