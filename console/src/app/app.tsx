import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { ConfigProvider } from 'antd'
import { antdThemeOf } from '../components/theme.ts'
import type { AntdLocale } from './antd-locale.ts'
import { PreferencesProvider, usePreferences } from './preferences.tsx'
import { queryClient } from './query-client.ts'
import { router } from './router.tsx'

export function App({ antdLocale }: { readonly antdLocale: AntdLocale }) {
  return (
    <QueryClientProvider client={queryClient}>
      <PreferencesProvider antdLocale={antdLocale}>
        <Themed />
      </PreferencesProvider>
    </QueryClientProvider>
  )
}

function Themed() {
  const { theme, antdLocale } = usePreferences()
  return (
    <ConfigProvider
      theme={themes[theme]}
      {...(antdLocale && { locale: antdLocale })}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <RouterProvider router={router} />
    </ConfigProvider>
  )
}

// Made once: antd makes its styles anew for a theme that is not the same object.
const motion = !matchMedia('(prefers-reduced-motion: reduce)').matches
const themes = { light: antdThemeOf('light', { motion }), dark: antdThemeOf('dark', { motion }) }
