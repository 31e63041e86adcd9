import { detailInChinese } from './details-zh.ts'
import { fill, type Refusal, refusals, type RefusalName } from './refusal.ts'
import { refusalsZh } from './refusals-zh.ts'
import { ruleInChinese } from './rules-zh.ts'

export type Language = 'en' | 'zh'

/** The catalogue of refusals in each language. */
export const refusalsIn = { en: refusals, zh: refusalsZh } as const satisfies Record<
  Language,
  Record<RefusalName, string>
>

/** The rule that was broken, where a refusal names one, as it is shown to the caller. */
export function refusalRule({ params: { rule } }: Refusal, language: Language): string | undefined {
  if (rule === undefined) return undefined
  return language === 'zh' ? ruleInChinese(String(rule)) : String(rule)
}

/** The sentence of a refusal, as it is shown to the caller. */
export function refusalSentence(refusal: Refusal, language: Language): string {
  const rule = refusalRule(refusal, language)
  const { detail } = refusal.params
  return fill(refusalsIn[language][refusal.refusal], {
    ...refusal.params,
    ...(rule !== undefined && { rule }),
    ...(detail !== undefined && language === 'zh' && { detail: detailInChinese(String(detail)) }),
  })
}
