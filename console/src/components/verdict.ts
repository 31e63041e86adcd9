import { useTranslation } from 'react-i18next'
import type { Catalogue } from '../lib/i18n/catalogue.ts'
import type { Mark } from './status-mark.tsx'

/** As much of a step of a verdict as is shown (contracts §2). */
export interface ShownStep {
  readonly name: string
  readonly outcome: 'ok' | 'failed' | 'noted' | 'skipped'
  readonly code?: string
  readonly sentence?: string
  readonly remedy?: string
  readonly seen?: Readonly<Record<string, unknown>>
  readonly expected?: Readonly<Record<string, unknown>>
}

/** As much of a connection's verdict as is shown; the API's own fits. */
export interface ShownConnection {
  readonly id?: string
  readonly outcome: 'accepted' | 'refused' | 'noted'
  readonly code: string
  readonly sentence: string
  readonly remedy: string
  readonly at: string
  readonly duration_us: number
  readonly subject: Readonly<Record<string, unknown>>
  readonly steps: readonly ShownStep[]
  readonly answer: {
    readonly mqtt: number | null
    readonly mqtt5: string | null
  }
}

export interface ShownValue {
  readonly property: string
  readonly outcome: 'stored' | 'refused'
  readonly code?: string
  readonly sentence?: string
  readonly remedy?: string
  readonly seen: unknown
  readonly rule?: Readonly<Record<string, unknown>>
}

/** As much of a report's verdict as is shown; the API's own fits. */
export interface ShownReport {
  readonly outcome: 'accepted' | 'refused' | 'noted'
  readonly code: string
  readonly sentence: string
  readonly remedy: string
  readonly services: readonly {
    readonly service_id: string
    readonly time: string
    readonly time_source: 'device' | 'received'
    readonly time_code: string | null
    readonly code?: string
    readonly values: readonly ShownValue[]
  }[]
}

export type Outcome = ShownConnection['outcome'] | ShownStep['outcome'] | ShownValue['outcome']

/** Shape and colour of every outcome, wherever one is shown. */
export const markOf: { readonly [O in Outcome]: Mark } = {
  accepted: 'passed',
  stored: 'passed',
  ok: 'passed',
  noted: 'attention',
  refused: 'refused',
  failed: 'refused',
  skipped: 'unjudged',
}

type Words = Catalogue['verdict']
type WordList = 'steps' | 'facts' | 'values' | 'mqtt' | 'mqtt5' | 'causes'

/**
 * Words for names that the platform sends, such as `keep-alive` or `sign_type`; undefined for one that the catalogue
 * lacks: a newer platform may know more than this page.
 */
export function useWord(): (list: WordList, name: string) => string | undefined {
  const { t, i18n } = useTranslation()
  return (list, name) => {
    const key = `verdict.${list}.${name}`
    return i18n.exists(key) ? t(key as `verdict.facts.${keyof Words['facts']}`) : undefined
  }
}
