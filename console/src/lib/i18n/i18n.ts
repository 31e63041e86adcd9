import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import type { Parts } from './catalogue.ts'
import type { Language } from './language.ts'

type Loaders = { readonly [P in keyof Parts]: () => Promise<{ readonly texts: Parts[P] }> }

// One file of the build each: a reader of one language does not load the other, nor what other pages say.
const loaders: { readonly [L in Language]: Loaders } = {
  en: {
    core: () => import('./en/core.ts'),
    policies: () => import('./en/policies.ts'),
    products: () => import('./en/products.ts'),
    devices: () => import('./en/devices.ts'),
    device: () => import('./en/device.ts'),
    bridges: () => import('./en/bridges.ts'),
    certificates: () => import('./en/certificates.ts'),
    diagnose: () => import('./en/diagnose.ts'),
    provisioning: () => import('./en/provisioning.ts'),
    tools: () => import('./en/tools.ts'),
  },
  zh: {
    core: () => import('./zh/core.ts'),
    policies: () => import('./zh/policies.ts'),
    products: () => import('./zh/products.ts'),
    devices: () => import('./zh/devices.ts'),
    device: () => import('./zh/device.ts'),
    bridges: () => import('./zh/bridges.ts'),
    certificates: () => import('./zh/certificates.ts'),
    diagnose: () => import('./zh/diagnose.ts'),
    provisioning: () => import('./zh/provisioning.ts'),
    tools: () => import('./zh/tools.ts'),
  },
}

const loaded: Record<Language, Set<keyof Parts>> = { en: new Set(), zh: new Set() }
/** What the pages seen so far need: another language has to bring all of it. */
const wanted = new Set<keyof Parts>(['core'])
let current: Language = 'en'

/** Starts in `language`, with the texts of every page's frame loaded: nothing is ever shown without its texts. */
export async function startI18n(language: Language): Promise<void> {
  current = language
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: {},
    // React escapes.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  await bring(language, ['core'])
}

/** Loads what a page is about to say, in the language of the page. Rejects when the platform does not answer. */
export async function loadTexts(parts: readonly (keyof Parts)[]): Promise<void> {
  for (const part of parts) wanted.add(part)
  await bring(current, parts)
}

/** What every page says, in one language, without changing that of the page. */
export const loadCore = async (language: Language): Promise<Parts['core']> =>
  (await loaders[language].core()).texts

/** Changes the language of everything that is on the page, once its texts are there. */
export async function changeTexts(language: Language): Promise<void> {
  await bring(language, [...wanted])
  current = language
  // A page that came meanwhile brought its texts in the language of before.
  await bring(language, [...wanted])
  await i18next.changeLanguage(language)
}

async function bring(language: Language, parts: readonly (keyof Parts)[]): Promise<void> {
  await Promise.all(
    parts
      .filter((part) => !loaded[language].has(part))
      .map(async (part) => {
        const { texts } = await loaders[language][part]()
        i18next.addResourceBundle(language, 'translation', texts, true)
        loaded[language].add(part)
      }),
  )
}
