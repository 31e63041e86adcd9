import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type BoundPolicy,
  compilePolicies,
  decidePolicies,
  matchesPattern,
  parseResource,
  type PolicyAction,
  type Statement,
} from './policy.ts'
import { refusalByPolicy } from './refusal.ts'

const subject = { deviceId: 'dev1', clientId: 'dev1_0_0_2026112300', productId: 'prod1' }

function matches(resource: string, topic: string, of = subject): boolean | undefined {
  const pattern = parseResource(resource)
  return pattern && matchesPattern(pattern, topic, of)
}

for (const [resource, topic, answer] of [
  ['topic:*', 'a/b', true],
  ['topic:a/*', 'a/#', true],
  ['topic:a/*', 'b/a/', false],
  ['topic:a/?', 'a/b', true],
  ['topic:a/?', 'a/', false],
  ['topic:a/+', 'a/b', false],
  ['topic:a/+', 'a/+', true],
  ['topic:a/#', 'a/b', false],
  ['topic:*b*c', 'abbcbc', true],
  ['topic:a*a', 'a', false],
  ['topic:*b?d*', 'abbxbcdd', true],
  ['topic:*?${devices.deviceId}*z', '-dev1-z', true],
  ['topic:*?${devices.deviceId}*z', 'dev1-z', false],
  ['topic:$oc*', '$oc/a', true],
  ['topic:/v1/${devices.deviceId}/up', '/v1/dev1/up', true],
  ['topic:/v1/${devices.deviceId}/up', '/v1/dev2/up', false],
  ['topic:${devices.clientId}/${devices.productId}', 'dev1_0_0_2026112300/prod1', true],
] as const)
  test(`device protocol §3.11: ${resource} ${answer ? 'means' : 'does not mean'} ${topic}`, () => {
    expect(matches(resource, topic)).toBe(answer)
  })

for (const raw of [
  'a/b',
  'topic:',
  'topic:a b',
  'topic:ä',
  'topic:${devices.other}',
  'topic:${toString}',
  'topic:a/${devices.deviceId',
  'topic:${',
  'a:topic:b',
])
  test(`device protocol §3.11: ${raw} is no resource`, () => {
    expect(parseResource(raw)).toBeUndefined()
  })

test('device protocol §3.11: a wildcard in what a variable stands for is a character', () => {
  expect(matches('topic:${devices.deviceId}', 'dev2', { ...subject, deviceId: '*' })).toBe(false)
})

test('device protocol §3.11, property: a pattern matches as the regular expression of it does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '?', '+', '.'), maxLength: 10 })
  fc.assert(
    fc.property(text, text, (pattern, topic) => {
      fc.pre(pattern !== '')
      const regular = pattern.replace(/[+.]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
      expect(matches(`topic:${pattern}`, topic)).toBe(new RegExp(`^${regular}$`).test(topic))
    }),
    { numRuns: 1000 },
  )
})

const aPolicy = (
  name: string,
  effect: Statement['effect'],
  resource: string,
  boundTo: BoundPolicy['boundTo'] = 'device',
): BoundPolicy => ({
  name,
  boundTo,
  statements: [
    { effect: 'ALLOW', actions: ['publish'], resources: ['topic:other'] },
    { effect, actions: ['publish'], resources: ['topic:unlike', resource] },
  ],
})
const decide = (policies: readonly BoundPolicy[], action: PolicyAction, topic: string) =>
  decidePolicies(
    policies.map((policy) => compilePolicies([policy])),
    action,
    topic,
    subject,
  )

test('device protocol §3.11: DENY beats ALLOW, in whatever order, and the decision names the statement', () => {
  const both = [aPolicy('open', 'ALLOW', 'topic:*'), aPolicy('shut', 'DENY', 'topic:a', 'app')]
  const denied = { kind: 'denied', policy: 'shut', statement: 2, boundTo: 'app' }

  expect(decide(both, 'publish', 'a')).toEqual(denied)
  expect(decide(both.toReversed(), 'publish', 'a')).toEqual(denied)
  expect(decide(both, 'publish', 'b')).toEqual({
    kind: 'allowed',
    policy: 'open',
    statement: 2,
    boundTo: 'device',
  })
})

test('device protocol §3.11: a ? means one character, however many bytes it has', () => {
  expect(decide([aPolicy('open', 'ALLOW', 'topic:a/?')], 'publish', 'a/😀')).toMatchObject({
    kind: 'allowed',
  })
})

test('device protocol §3.11: what no policy allows is not allowed', () => {
  const open = [aPolicy('open', 'ALLOW', 'topic:a')]

  expect(decide([], 'publish', 'a')).toEqual({ kind: 'not-allowed' })
  expect(decide(open, 'subscribe', 'a')).toEqual({ kind: 'not-allowed' })
  expect(decide(open, 'publish', 'b')).toEqual({ kind: 'not-allowed' })
})

test('S3: a resource that cannot be read denies everything, and allows nothing', () => {
  const open = aPolicy('open', 'ALLOW', 'topic:*')
  const broken = 'topic:${devices.unknown}'

  expect(decide([open, aPolicy('shut', 'DENY', broken)], 'publish', 'a')).toMatchObject({ policy: 'shut' })
  expect(decide([aPolicy('odd', 'ALLOW', broken)], 'publish', 'a')).toEqual({ kind: 'not-allowed' })
})

test('device protocol §3.11: a refusal by policies names the policy, the statement and what it is bound to', () => {
  const shut = [aPolicy('shut', 'DENY', 'topic:a', 'product')]

  expect(refusalByPolicy(decide(shut, 'publish', 'a'), 'publish', 'a')).toEqual({
    code: 'publish-denied',
    params: { topic: 'a', policy: 'shut', statement: 2, bound_to: 'to-product' },
  })
  expect(refusalByPolicy(decide([], 'subscribe', 'a/#'), 'subscribe', 'a/#')).toEqual({
    code: 'subscribe-not-allowed',
    params: { topic: 'a/#' },
  })
  expect(refusalByPolicy(decide(shut, 'publish', 'other'), 'publish', 'other')).toBeUndefined()
})
