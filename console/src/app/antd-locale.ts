import type { ConfigProviderProps } from 'antd'
import type { Language } from '../lib/i18n/language.ts'

export type AntdLocale = ConfigProviderProps['locale']

/** The words inside antd's own components. English is built into them. */
export async function loadAntdLocale(language: Language): Promise<AntdLocale> {
  return language === 'zh' ? (await import('antd/locale/zh_CN')).default : undefined
}
