import { topicFilterFault, topicNameFault } from '../codec/topic/names.ts'
import { parseTopic } from '../codec/topic/system-topics.ts'
import { refusalByPolicy } from '../domain/policy/refusal.ts'
import type { TopicAnswer, TopicQuestion } from '../domain/verdict/topic-question.ts'
import type { ConnectionGrant } from '../domain/verdict/verdict.ts'
import { maySubscribe } from './may-subscribe.ts'
import { type DecideTopic, routeTopic, type TopicDropCode } from './route.ts'

/** What a listener would say of a publish or of a filter, by the same functions, with nothing sent. */
export function answerTopic(question: TopicQuestion, decideTopic: DecideTopic): TopicAnswer {
  const { action, topic } = question
  const answer = action === 'publish' ? ofPublish(question, decideTopic) : ofSubscribe(question, decideTopic)
  return 'params' in answer ? answer : { ...answer, params: { topic } }
}

type Answer = TopicAnswer | Omit<TopicAnswer, 'params'>

function ofPublish(question: TopicQuestion, decideTopic: DecideTopic): Answer {
  const { topic } = question
  const fault = topicNameFault(topic)
  if (fault === 'empty' || fault === 'wildcard') return refused('topic-malformed')
  const route = routeTopic(grantOf(question), topic, decideTopic)
  if (route.kind === 'drop')
    return route.byPolicy ? { outcome: 'refused', ...route.byPolicy } : refused(codes[route.code])
  return parseTopic(topic).kind === 'custom' ? byPolicy(question, decideTopic) : own
}

function ofSubscribe(question: TopicQuestion, decideTopic: DecideTopic): Answer {
  const { device, topic } = question
  if (topicFilterFault(topic, { shared: false }) !== undefined) return refused('topic-malformed')
  switch (maySubscribe(device.deviceId, topic)) {
    case 'granted':
      return own
    case 'forbidden':
      return refused('filter-forbidden')
    case 'invalid':
      return refused('topic-malformed')
    case 'by-policy':
      return byPolicy(question, decideTopic)
  }
}

function byPolicy(question: TopicQuestion, decideTopic: DecideTopic): TopicAnswer {
  const { action, topic } = question
  const decision = decideTopic(grantOf(question), action, topic)
  const refusal = refusalByPolicy(decision, action, topic)
  if (refusal || decision.kind === 'not-allowed')
    return { outcome: 'refused', ...(refusal ?? { code: `${action}-not-allowed`, params: { topic } }) }
  const { policy, statement, boundTo } = decision
  return {
    outcome: 'accepted',
    code: `${action}-allowed`,
    params: { topic, policy, statement, bound_to: `to-${boundTo}` },
  }
}

const own: Answer = { outcome: 'accepted', code: 'topic-own' }
const refused = (code: TopicAnswer['code']): Answer => ({ outcome: 'refused', code })

const codes: { readonly [C in TopicDropCode]: TopicAnswer['code'] } = {
  'topic-unknown': 'topic-unknown',
  'topic-foreign': 'topic-foreign',
  'topic-downward': 'topic-downward',
  'topic-not-served': 'topic-not-served',
  'policy-refused': 'publish-not-allowed',
}

const grantOf = ({ device, clientId }: TopicQuestion): ConnectionGrant => {
  const { deviceId, projectId, spaceId, productKey, productId } = device
  return { deviceId, projectId, spaceId, productKey, productId, clientId }
}
