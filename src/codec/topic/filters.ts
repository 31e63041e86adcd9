const SLASH = '/'

/**
 * Does `filter` match `topic`, level by level (MQTT 5.0 §4.7.1; literal apart from `+` and `#`, safety S3)?
 * A leading wildcard never matches a topic that begins with `$` ([MQTT-4.7.2-1]); `a/#` matches `a` too.
 * Both must be valid (`names.ts`). Linear, without recursion.
 */
export function matchesFilter(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && (filter.startsWith('#') || filter.startsWith('+'))) return false
  let filterAt = 0
  let topicAt = 0
  for (;;) {
    if (filter[filterAt] === '#') return true
    const filterEnd = levelEnd(filter, filterAt)
    const topicEnd = levelEnd(topic, topicAt)
    if (filter[filterAt] !== '+' && !sameLevel(filter, filterAt, filterEnd, topic, topicAt, topicEnd))
      return false
    const filterDone = filterEnd === filter.length
    if (topicEnd === topic.length) return filterDone || filter.slice(filterEnd) === '/#'
    if (filterDone) return false
    filterAt = filterEnd + 1
    topicAt = topicEnd + 1
  }
}

function levelEnd(text: string, start: number): number {
  const slash = text.indexOf(SLASH, start)
  return slash === -1 ? text.length : slash
}

function sameLevel(
  a: string,
  aStart: number,
  aEnd: number,
  b: string,
  bStart: number,
  bEnd: number,
): boolean {
  return aEnd - aStart === bEnd - bStart && a.slice(aStart, aEnd) === b.slice(bStart, bEnd)
}
