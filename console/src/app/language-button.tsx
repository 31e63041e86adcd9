import { Button } from 'antd'
import { usePreferences } from './preferences.tsx'

/** The other language, under its own name, so that who cannot read this one finds it. */
export function LanguageButton() {
  const { language, setLanguage } = usePreferences()
  const other =
    language === 'en' ? ({ code: 'zh', name: '中文' } as const) : ({ code: 'en', name: 'English' } as const)
  return (
    <Button type="text" lang={other.code} onClick={() => void setLanguage(other.code)}>
      {other.name}
    </Button>
  )
}
