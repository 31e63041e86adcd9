import type { Catalogue } from './catalogue.ts'
import 'i18next'

// `t('spaces.titel')` does not compile.
declare module 'i18next' {
  interface CustomTypeOptions {
    resources: { translation: Catalogue }
  }
}
