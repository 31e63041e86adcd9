import { detailInChinese } from '../../base/details-zh.ts'
import { fill } from '../../base/refusal.ts'
import { ruleInChinese } from '../../base/rules-zh.ts'
import { connectionCodes, type VerdictText } from './connection-codes.ts'
import { namesInWords } from './names.ts'
import { noticeCodes } from './notice-codes.ts'
import { reportCodes } from './report-codes.ts'
import { topicCodes } from './topic-codes.ts'
import type { ConnectionVerdict, ReportVerdict } from './verdict.ts'

export type Language = keyof VerdictText

/** Sentence and remedy; the remedy is empty where nothing needs to be done. */
export interface RenderedVerdict {
  readonly sentence: string
  readonly remedy: string
}

/** Names and parameters of a verdict, or of one step or value of it. */
export interface Rendering {
  readonly code: string
  readonly params?: Readonly<Record<string, unknown>>
}

const texts: { readonly [code: string]: VerdictText } = {
  ...connectionCodes,
  ...reportCodes,
  ...noticeCodes,
  ...topicCodes,
}

/**
 * Says a verdict in words. A code that is not in the catalogue, as an older log may hold, is its own sentence.
 */
export function renderVerdict(
  { code, params = {} }: Pick<ConnectionVerdict | ReportVerdict, 'code' | 'params'> | Rendering,
  language: Language,
): RenderedVerdict {
  if (!Object.hasOwn(texts, code)) return { sentence: code, remedy: '' }
  const { sentence, remedy } = texts[code]?.[language] ?? { sentence: code, remedy: '' }
  const said = inWords(params, language)
  return { sentence: fill(sentence, said), remedy: fill(remedy, said) }
}

/** Parameters that are names or phrases of the platform, in the words of `language`; those of a device stay as sent. */
function inWords(
  params: Readonly<Record<string, unknown>>,
  language: Language,
): Readonly<Record<string, unknown>> {
  const translated = Object.entries(params).map(([name, value]) => {
    if (typeof value !== 'string') return [name, value]
    if (name === 'cause' || name === 'skipped' || name === 'bound_to')
      return [name, namesInWords(value, language)]
    if (name === 'rule') return [name, language === 'zh' ? ruleInChinese(value) : value]
    const isPhrase = name === 'detail' || name === 'when' || (name === 'seen' && value === 'nothing')
    return [name, language === 'zh' && isPhrase ? detailInChinese(value) : value]
  })
  return Object.fromEntries(translated) as Readonly<Record<string, unknown>>
}

export interface CatalogueEntry extends VerdictText {
  readonly code: string
  readonly kind: 'connection' | 'report'
}

/** Every code with its texts, parameters in braces: served at `/quayside/v1/verdicts`, and `docs/explain.md`. */
export function catalogue(): readonly CatalogueEntry[] {
  const entries = (kind: CatalogueEntry['kind'], codes: { readonly [code: string]: VerdictText }) =>
    Object.entries(codes).map(([code, { en, zh }]): CatalogueEntry => ({ code, kind, en, zh }))
  return [...entries('connection', connectionCodes), ...entries('report', reportCodes)]
}
