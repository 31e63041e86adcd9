import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decidePolicies, matchesPattern, parseResource, type Policy, type Statement } from './policy.ts'

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
  ['topic:/v1/${devices.deviceId}/up', '/v1/dev1/up', true],
  ['topic:/v1/${devices.deviceId}/up', '/v1/dev2/up', false],
  ['topic:${devices.clientId}/${devices.productId}', 'dev1_0_0_2026112300/prod1', true],
] as const)
  test(`device protocol §3.11: ${resource} ${answer ? 'means' : 'does not mean'} ${topic}`, () => {
    expect(matches(resource, topic)).toBe(answer)
  })

for (const raw of ['a/b', 'topic:', 'topic:a b', 'topic:ä', 'topic:${devices.other}', 'topic:${toString}'])
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

const aPolicy = (name: string, effect: Statement['effect'], resource: string): Policy => ({
  name,
  statements: [{ effect, actions: ['publish'], resources: [resource] }],
})

test('device protocol §3.11: DENY beats ALLOW, in whatever order', () => {
  const both = [aPolicy('open', 'ALLOW', 'topic:*'), aPolicy('shut', 'DENY', 'topic:a')]

  expect(decidePolicies(both, 'publish', 'a', subject)).toEqual({ kind: 'denied', by: 'shut' })
  expect(decidePolicies(both.toReversed(), 'publish', 'a', subject)).toEqual({ kind: 'denied', by: 'shut' })
  expect(decidePolicies(both, 'publish', 'b', subject)).toEqual({ kind: 'allowed', by: 'open' })
})

test('device protocol §3.11: what no policy allows is not allowed', () => {
  const open = [aPolicy('open', 'ALLOW', 'topic:a')]

  expect(decidePolicies([], 'publish', 'a', subject)).toEqual({ kind: 'not-allowed' })
  expect(decidePolicies(open, 'subscribe', 'a', subject)).toEqual({ kind: 'not-allowed' })
})
