import { fill, type Refusal, refusals, type RefusalName } from './refusal.ts'
import { refusalsZh } from './refusals-zh.ts'

export type Language = 'en' | 'zh'

/** The catalogue of refusals in each language. */
export const refusalsIn = { en: refusals, zh: refusalsZh } as const satisfies Record<
  Language,
  Record<RefusalName, string>
>

/** The sentence of a refusal, as it is shown to the caller. */
export const refusalSentence = ({ refusal, params }: Refusal, language: Language): string =>
  fill(refusalsIn[language][refusal], params)
