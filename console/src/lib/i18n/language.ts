export const languages = ['en', 'zh'] as const
export type Language = (typeof languages)[number]

export const isLanguage = (text: string | undefined): text is Language =>
  languages.some((language) => language === text)

/** The first of what the browser prefers (`navigator.languages`) that the console speaks; else English. */
export function preferredLanguage(preferred: readonly string[]): Language {
  const primary = preferred.map((tag) => tag.toLowerCase().split('-')[0])
  return primary.find((tag) => isLanguage(tag)) ?? 'en'
}
