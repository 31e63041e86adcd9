import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Catalogue } from './catalogue.ts'
import type { Language } from './language.ts'

// One catalogue a file of the build: a reader of one language does not load the other.
const catalogues: { readonly [L in Language]: () => Promise<Catalogue> } = {
  en: async () => (await import('./en.ts')).en,
  zh: async () => (await import('./zh.ts')).zh,
}

/** Starts in `language`, with its texts loaded: nothing is ever shown without them. */
export async function startI18n(language: Language): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: await catalogues[language]() } },
    // React escapes.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
}

/** Changes the language of everything that is on the page, once its texts are there. */
export async function changeTexts(language: Language): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation'))
    i18next.addResourceBundle(language, 'translation', await catalogues[language]())
  await i18next.changeLanguage(language)
}
