import type { Language } from '../base/refusal-sentence.ts'

/**
 * English or Chinese, by `Accept-Language` (RFC 9110 §12.5.4): the better liked of the two, English when neither
 * is named.
 */
export function preferredLanguage(header: string | undefined): Language {
  const [best] = (header ?? '')
    .slice(0, 256)
    .split(',')
    .map((range) => {
      const [tag = '', quality = ''] = range
        .trim()
        .toLowerCase()
        .split(/\s*;\s*q=/)
      return { language: tag.split('-')[0], quality: quality === '' ? 1 : Number(quality) }
    })
    .filter(({ language, quality }) => (language === 'en' || language === 'zh') && quality > 0)
    .sort((a, b) => b.quality - a.quality)
  return best?.language === 'zh' ? 'zh' : 'en'
}
