import type { TopicFilterFault, TopicNameFault } from '../topic/names.ts'
import type { ProtocolLevel } from './packets.ts'
import { fault } from './protocol-error.ts'
import type { Clause, ProtocolFault } from './protocol-error.ts'
import { reason } from './reason-codes.ts'

const clauses: { readonly [F in TopicNameFault | TopicFilterFault]: Clause } = {
  empty: { v3: '[MQTT-4.7.3-1]', v5: '[MQTT-4.7.3-1]' },
  wildcard: { v3: '[MQTT-3.3.2-2]', v5: '[MQTT-3.3.2-2]' },
  'misplaced-hash': { v3: '[MQTT-4.7.1-2]', v5: '[MQTT-4.7.1-1]' },
  'misplaced-plus': { v3: '[MQTT-4.7.1-3]', v5: '[MQTT-4.7.1-2]' },
  'bad-share': { v3: '', v5: '[MQTT-4.8.2-1]' },
  'too-long': { v3: 'safety R10', v5: 'safety R10' },
  'too-deep': { v3: 'safety R10', v5: 'safety R10' },
}

/** `what`: "topic", "will topic". */
export function badTopicName(level: ProtocolLevel, why: TopicNameFault, what: string): ProtocolFault {
  return fault(
    level,
    reason.topicNameInvalid,
    clauses[why],
    `The ${what} is not a topic name: ${words[why]}.`,
  )
}

export function badTopicFilter(level: ProtocolLevel, why: TopicFilterFault): ProtocolFault {
  return fault(
    level,
    reason.topicFilterInvalid,
    clauses[why],
    `A filter is not a topic filter: ${words[why]}.`,
  )
}

const words: { readonly [F in TopicNameFault | TopicFilterFault]: string } = {
  empty: 'it is empty',
  wildcard: 'it holds + or #',
  'misplaced-hash': '# may stand only as the whole last level',
  'misplaced-plus': '+ may stand only as a whole level',
  'bad-share': '$share/ must be followed by a name without + and #, and by a filter',
  'too-long': 'it is too long',
  'too-deep': 'it has too many levels',
}
