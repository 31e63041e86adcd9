import type { TFunction } from 'i18next'

/** Industries as they stand in a product, each with the name of its text; *Default* where none fits (guide S23). */
export const industries = {
  Default: 'default',
  Utilities: 'utilities',
  Environment: 'environment',
  Logistics: 'logistics',
  'Smart City': 'city',
  Buildings: 'buildings',
  Manufacturing: 'manufacturing',
  Agriculture: 'agriculture',
  Energy: 'energy',
} as const
export type Industry = keyof typeof industries

const isKnown = (industry: string): industry is Industry => Object.hasOwn(industries, industry)

/** In the language of the page; another one that someone gave a product stays as it is. */
export const industryLabel = (t: TFunction, industry: string): string =>
  isKnown(industry) ? t(`products.industries.${industries[industry]}`) : industry
