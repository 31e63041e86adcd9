import { expect, test } from 'vitest'
import { builders } from '../../tests/support/registry.ts'
import { compilePolicies, decidePolicies } from '../domain/policy/policy.ts'
import { renderVerdict } from '../domain/verdict/render.ts'
import { answerTopic } from './answer-topic.ts'
import type { DecideTopic } from './route.ts'

const build = builders()
const device = build.aDevice(build.aProduct(build.aSpace(build.aProject())))
const id = device.deviceId
const policies = compilePolicies([
  {
    name: 'fleet',
    boundTo: 'app',
    statements: [
      { effect: 'ALLOW', actions: ['publish'], resources: ['topic:/v1/*'] },
      { effect: 'ALLOW', actions: ['subscribe'], resources: ['topic:${devices.clientId}/#'] },
      { effect: 'DENY', actions: ['publish', 'subscribe'], resources: ['topic:/v1/no'] },
    ],
  },
])
const decideTopic: DecideTopic = (grant, action, topic) => decidePolicies([policies], action, topic, grant)

for (const [action, topic, code] of [
  ['publish', '/v1/a', 'publish-allowed'],
  ['publish', '/v1/no', 'publish-denied'],
  ['publish', '/v2', 'publish-not-allowed'],
  ['publish', '/v1/#', 'topic-malformed'],
  ['publish', `$oc/devices/${id}/sys/messages/up`, 'topic-own'],
  ['publish', `$oc/devices/${id}/user/a`, 'topic-own'],
  ['publish', `$oc/devices/${id}/user/a-b`, 'topic-unknown'],
  ['publish', '$oc/devices/another/sys/messages/up', 'topic-foreign'],
  ['publish', `$oc/devices/${id}/sys/messages/down`, 'topic-downward'],
  ['publish', `$oc/devices/${id}/sys/bootstrap/up`, 'topic-not-served'],
  ['publish', `/v1/${'a'.repeat(128)}`, 'topic-unknown'],
  ['subscribe', 'client/#', 'subscribe-allowed'],
  ['subscribe', '/v1/no', 'subscribe-denied'],
  ['subscribe', '#', 'subscribe-not-allowed'],
  ['subscribe', 'a#', 'topic-malformed'],
  ['subscribe', `/v1/${'a'.repeat(128)}`, 'topic-malformed'],
  ['subscribe', `$oc/devices/${id}/#`, 'topic-own'],
  ['subscribe', '$oc/devices/another/#', 'filter-forbidden'],
] as const)
  test(`device protocol §3.11: ${action} ${topic.slice(0, 40)}: ${code}, in both languages`, () => {
    const answer = answerTopic({ device, clientId: 'client', action, topic }, decideTopic)

    expect(answer.code).toBe(code)
    expect(answer.outcome).toBe(
      /^(publish-allowed|subscribe-allowed|topic-own)$/.test(code) ? 'accepted' : 'refused',
    )
    for (const language of ['en', 'zh'] as const) {
      const { sentence, remedy } = renderVerdict(answer, language)
      expect(sentence).not.toMatch(/\{\w+\}/)
      expect(remedy === '').toBe(answer.outcome === 'accepted')
    }
  })
