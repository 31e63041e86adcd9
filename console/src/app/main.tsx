import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { callContext } from '../api/client.ts'
import { applyTheme } from '../components/theme.ts'
import { startI18n } from '../lib/i18n/i18n.ts'
import { giveStylesNonce } from '../lib/style-nonce.ts'
import { themeOf } from '../lib/theme-choice.ts'
import { App } from './app.tsx'
import { loadAntdLocale } from './antd-locale.ts'
import { rememberedLanguage, rememberedTheme, systemIsDark } from './preferences.tsx'
import '../components/styles.css'
import './frame.css'

giveStylesNonce(document)
applyTheme(themeOf(rememberedTheme(), systemIsDark()), document.documentElement)

const language = rememberedLanguage()
callContext.language = language
document.documentElement.lang = language
const [antdLocale] = await Promise.all([loadAntdLocale(language), startI18n(language)])

const place = document.getElementById('root')
if (!place) throw new Error('index.html has no element for the console')
createRoot(place).render(
  <StrictMode>
    <App antdLocale={antdLocale} />
  </StrictMode>,
)
