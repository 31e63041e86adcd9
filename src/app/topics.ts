import { describeTopics } from '../codec/topic/purposes.ts'
import type { TopicFacts } from '../operations/operation.ts'
import { isServed } from '../router/route.ts'

/** The table of topics, with what is served of it. */
export const topicFacts = (): readonly TopicFacts[] =>
  describeTopics().map(({ kind, topic, direction, purpose }) => ({
    name: kind,
    topic,
    direction,
    purpose,
    supported: isServed(kind),
  }))
