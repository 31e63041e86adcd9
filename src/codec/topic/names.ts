import { Buffer } from 'node:buffer'
import { limits } from '../../base/limits.ts'

/**
 * Why a text is no topic name, or no topic filter (MQTT 5.0 §4.7, MQTT 3.1.1 §4.7; safety R10). That it is
 * UTF-8 without U+0000 was settled when it became a string.
 */
export type TopicNameFault = 'empty' | 'wildcard' | 'too-long' | 'too-deep'
export type TopicFilterFault =
  | 'empty'
  | 'misplaced-hash'
  | 'misplaced-plus'
  | 'bad-share'
  | 'too-long'
  | 'too-deep'

const SLASH = 0x2f
const PLUS = 0x2b
const HASH = 0x23
const SHARE = '$share/'

/** Undefined: `topic` may be published to. Linear, without recursion or splitting: 65,400 slashes are harmless. */
export function topicNameFault(topic: string): TopicNameFault | undefined {
  if (topic.length === 0) return 'empty'
  let levels = 1
  for (let i = 0; i < topic.length; i++) {
    const char = topic.charCodeAt(i)
    if (char === PLUS || char === HASH) return 'wildcard'
    if (char === SLASH) levels++
  }
  return sizeFault(topic, levels)
}

/**
 * Undefined: `filter` may be subscribed to, `$share/{name}/{filter}` included. Shared subscriptions exist on
 * MQTT 5 alone: for 3.x pass `shared: false`, and the text is an ordinary filter.
 */
export function topicFilterFault(
  filter: string,
  { shared }: { shared: boolean },
): TopicFilterFault | undefined {
  if (filter.length === 0) return 'empty'
  if (shared && isSharedFilter(filter)) {
    const nameEnd = filter.indexOf('/', SHARE.length)
    // [MQTT-4.8.2-1], [MQTT-4.8.2-2]: a name without wildcards, then a filter.
    if (nameEnd <= SHARE.length || nameEnd === filter.length - 1) return 'bad-share'
    if (/[+#]/.test(filter.slice(SHARE.length, nameEnd))) return 'bad-share'
  }
  let levels = 1
  for (let i = 0; i < filter.length; i++) {
    const char = filter.charCodeAt(i)
    if (char === SLASH) levels++
    else if (char === HASH && !(opensLevel(filter, i) && i === filter.length - 1)) return 'misplaced-hash'
    else if (char === PLUS && !(opensLevel(filter, i) && closesLevel(filter, i))) return 'misplaced-plus'
  }
  return sizeFault(filter, levels)
}

/** MQTT 5.0 §4.8.2 */
export function isSharedFilter(filter: string): boolean {
  return filter.startsWith(SHARE)
}

const opensLevel = (text: string, at: number) => at === 0 || text.charCodeAt(at - 1) === SLASH
const closesLevel = (text: string, at: number) => at === text.length - 1 || text.charCodeAt(at + 1) === SLASH

function sizeFault(text: string, levels: number): 'too-long' | 'too-deep' | undefined {
  // A UTF-16 unit is at least one byte of UTF-8 and at most three: counting is seldom needed.
  const { topicBytesMax } = limits
  if (text.length > topicBytesMax) return 'too-long'
  if (text.length * 3 > topicBytesMax && Buffer.byteLength(text) > topicBytesMax) return 'too-long'
  return levels > limits.topicLevelsMax ? 'too-deep' : undefined
}
