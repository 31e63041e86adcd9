import { expect, test } from 'vitest'
import { Refusal, refusals } from './refusal.ts'
import { refusalRule, refusalSentence, refusalsIn } from './refusal-sentence.ts'

const namesIn = (sentence: string): readonly string[] =>
  [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).sort()

test('the catalogues have the same refusals', () => {
  expect(Object.keys(refusalsIn.zh).sort()).toEqual(Object.keys(refusals).sort())
})

test.for(Object.entries(refusals))(
  '%s: the Chinese sentence is of the same parameters',
  ([name, english]) => {
    const chinese = refusalsIn.zh[name as keyof typeof refusals]

    expect(namesIn(chinese)).toEqual(namesIn(english))
    expect(chinese).toMatch(/\p{Script=Han}/u)
    // Half-width punctuation beside a Chinese character; code and examples keep theirs.
    expect(chinese).not.toMatch(/\p{Script=Han}\s*[,.;:!?()]|[,.;:!?()]\s*\p{Script=Han}/u)
  },
)

test('a refusal is said in the language that is asked for', () => {
  const refusal = new Refusal('device-not-found', { deviceId: 'lamp_1' })

  expect(refusalSentence(refusal, 'en')).toBe(refusal.message)
  expect(refusalSentence(refusal, 'zh')).toBe('设备 lamp_1 不存在。')
})

test.for([
  ['is required', '必须填写'],
  ['must have at most 64 characters', '最多 64 个字符'],
  ['must be at most 1024 bytes, not 2000', '最多 1024 字节，现在是 2000 字节'],
  ['must be at most 200', '不能大于 200'],
  ['must be one of SECRET, CERTIFICATES', '须为以下之一：SECRET, CERTIFICATES'],
  ['may hold only letters, digits, _ and -', '只能包含字母、数字、_ 和 -'],
  ['must be a text or a number', '须为文本或数字'],
  ['says something new', 'says something new'],
] as const)('the rule "%s" in Chinese', ([rule, chinese]) => {
  expect(refusalRule(new Refusal('invalid-input', { field: 'name', rule }), 'zh')).toBe(chinese)
})
