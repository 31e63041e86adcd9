import { expect, test } from 'vitest'
import { describeTopics } from './purposes.ts'
import { parseTopic, topicDirection } from './system-topics.ts'

test('every described topic, filled in, is read as what it is said to be', () => {
  for (const { kind, topic, direction, purpose } of describeTopics()) {
    const written = topic.replace(/\{\w+\}/g, 'a1')
    expect([written, parseTopic(written).kind]).toEqual([written, kind])
    expect(['both', direction]).toContain(topicDirection(kind))
    expect(purpose.en).toMatch(/\.$/)
    expect(purpose.zh).toMatch(/。$/)
  }
})

test('a name and a direction say which topic is meant', () => {
  const names = describeTopics().map(({ kind, direction }) => `${kind} ${direction}`)

  expect(new Set(names).size).toBe(names.length)
})
