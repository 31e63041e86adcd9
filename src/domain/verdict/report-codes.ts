import type { VerdictText } from './connection-codes.ts'

/** Sentence and remedy of each report code, per language; parameters in braces. */
export const reportCodes = {
  'report-stored': {
    en: { sentence: 'All values of the report were stored.', remedy: '' },
    zh: { sentence: '上报的所有属性值均已存储。', remedy: '' },
  },
} as const satisfies Record<string, VerdictText>

export type ReportCode = keyof typeof reportCodes
