import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import { callContext } from '../api/client.ts'
import { useLanguage } from '../components/language.ts'
import { applyTheme } from '../components/theme.ts'
import { changeTexts } from '../lib/i18n/i18n.ts'
import { isLanguage, type Language, preferredLanguage } from '../lib/i18n/language.ts'
import { recall, remember } from '../lib/storage.ts'
import { parseThemeChoice, type Theme, type ThemeChoice, themeOf } from '../lib/theme-choice.ts'
import { type AntdLocale, loadAntdLocale } from './antd-locale.ts'

interface Preferences {
  readonly language: Language
  readonly setLanguage: (language: Language) => Promise<void>
  readonly themeChoice: ThemeChoice
  readonly theme: Theme
  readonly setThemeChoice: (choice: ThemeChoice) => void
  readonly antdLocale: AntdLocale
}

const PreferencesContext = createContext<Preferences | undefined>(undefined)

export function usePreferences(): Preferences {
  const preferences = useContext(PreferencesContext)
  if (!preferences) throw new Error('usePreferences is called outside its provider')
  return preferences
}

const darkSystem = (): MediaQueryList => matchMedia('(prefers-color-scheme: dark)')
export const systemIsDark = (): boolean => darkSystem().matches

function onSystemTheme(tell: () => void): () => void {
  const query = darkSystem()
  query.addEventListener('change', tell)
  return () => query.removeEventListener('change', tell)
}

export const rememberedTheme = (): ThemeChoice => parseThemeChoice(recall('theme'))

export function rememberedLanguage(): Language {
  const chosen = recall('language')
  return isLanguage(chosen) ? chosen : preferredLanguage(navigator.languages)
}

interface PreferencesProviderProps {
  readonly antdLocale: AntdLocale
  readonly children: ReactNode
}

/** Language and theme: as the browser has them until something else is chosen, which is then remembered. */
export function PreferencesProvider({ antdLocale: first, children }: PreferencesProviderProps) {
  const language = useLanguage()
  const [antdLocale, setAntdLocale] = useState(first)
  const [themeChoice, setChoice] = useState(rememberedTheme)
  const theme = themeOf(themeChoice, useSyncExternalStore(onSystemTheme, systemIsDark))

  useEffect(() => applyTheme(theme, document.documentElement), [theme])

  const setLanguage = useCallback(async (next: Language) => {
    const [locale] = await Promise.all([loadAntdLocale(next), changeTexts(next)])
    callContext.language = next
    document.documentElement.lang = next
    setAntdLocale(locale)
    remember('language', next)
  }, [])

  const setThemeChoice = useCallback((choice: ThemeChoice) => {
    setChoice(choice)
    remember('theme', choice === 'system' ? undefined : choice)
  }, [])

  const value = useMemo(
    () => ({ language, setLanguage, themeChoice, theme, setThemeChoice, antdLocale }),
    [language, setLanguage, themeChoice, theme, setThemeChoice, antdLocale],
  )
  return <PreferencesContext value={value}>{children}</PreferencesContext>
}
