/** What a person chose; `system` follows the device. */
export const themeChoices = ['system', 'light', 'dark'] as const
export type ThemeChoice = (typeof themeChoices)[number]
export type Theme = 'light' | 'dark'

export const parseThemeChoice = (text: string | undefined): ThemeChoice =>
  themeChoices.find((choice) => choice === text) ?? 'system'

export const themeOf = (choice: ThemeChoice, systemIsDark: boolean): Theme =>
  choice === 'system' ? (systemIsDark ? 'dark' : 'light') : choice
