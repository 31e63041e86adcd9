import { theme as antdTheme, type ThemeConfig } from 'antd'
import type { Theme } from '../lib/theme-choice.ts'

/**
 * Every colour of the console, once for each theme; antd's tokens and our own style sheets take them from here.
 * Text colours have a contrast of at least 4.5:1 on `ground` and `surface`, the edges of fields 3:1 (WCAG 2.2 AA).
 */
interface Palette {
  /** Behind everything; a panel on it; a panel that lies over others. */
  readonly ground: string
  readonly surface: string
  readonly raised: string
  /** Between things; around a field or a button. */
  readonly line: string
  readonly edge: string
  readonly text: string
  readonly textSoft: string
  readonly textFaint: string
  readonly accent: string
  readonly accentHover: string
  readonly accentActive: string
  /** Text on the accent; a tint of the accent behind text. */
  readonly onAccent: string
  readonly accentTint: string
  readonly good: string
  readonly warning: string
  readonly warningTint: string
  readonly danger: string
  readonly dangerHover: string
  readonly onDanger: string
  readonly dangerTint: string
  readonly shade: string
  /** Lines of a chart, told apart also by those who see few colours: they differ in brightness, too. */
  readonly seriesA: string
  readonly seriesB: string
  readonly seriesC: string
  readonly seriesD: string
  readonly seriesE: string
  readonly seriesF: string
}

const light: Palette = {
  ground: '#f6f7f7',
  surface: '#ffffff',
  raised: '#ffffff',
  line: '#e1e5e5',
  edge: '#8b9595',
  text: '#161c1c',
  textSoft: '#4c5656',
  textFaint: '#647070',
  accent: '#0f766e',
  accentHover: '#0c5f58',
  accentActive: '#0a4d48',
  onAccent: '#ffffff',
  accentTint: '#e3f2f0',
  good: '#157a3c',
  warning: '#875a00',
  warningTint: '#fdf4e0',
  danger: '#b3261e',
  dangerHover: '#8f1d17',
  onDanger: '#ffffff',
  dangerTint: '#fceeed',
  shade: 'rgba(16, 24, 24, 0.45)',
  seriesA: '#0f766e',
  seriesB: '#b45309',
  seriesC: '#6d28d9',
  seriesD: '#1d6fd1',
  seriesE: '#a21464',
  seriesF: '#5f7a10',
}

const dark: Palette = {
  ground: '#0e1212',
  surface: '#151a1a',
  raised: '#1c2222',
  line: '#293131',
  edge: '#657070',
  text: '#e7ecec',
  textSoft: '#aeb8b8',
  textFaint: '#8d9999',
  accent: '#35c9b8',
  accentHover: '#5bdccd',
  accentActive: '#7fe8dc',
  onAccent: '#04211e',
  accentTint: '#12302d',
  good: '#4cc774',
  warning: '#e8b04a',
  warningTint: '#2e2614',
  danger: '#f58078',
  dangerHover: '#f89d97',
  onDanger: '#2b0806',
  dangerTint: '#331a18',
  shade: 'rgba(0, 0, 0, 0.6)',
  seriesA: '#35c9b8',
  seriesB: '#f0a24b',
  seriesC: '#b79bff',
  seriesD: '#6bb1ff',
  seriesE: '#ff8fc4',
  seriesF: '#b9d450',
}

export const palettes: { readonly [T in Theme]: Palette } = { light, dark }

// Chinese faces last: Latin letters and figures keep the system's own face.
const sans =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
const mono =
  "ui-monospace, 'SF Mono', 'Cascadia Mono', 'JetBrains Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"

/** What antd's components look like: 14 px, a grid of 4 px, lines instead of shadows. */
export function antdThemeOf(theme: Theme, { motion }: { readonly motion: boolean }): ThemeConfig {
  const p = palettes[theme]
  return {
    algorithm: theme === 'dark' ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm,
    token: {
      fontFamily: sans,
      fontFamilyCode: mono,
      fontSize: 14,
      sizeUnit: 4,
      sizeStep: 4,
      controlHeight: 32,
      borderRadius: 6,
      wireframe: false,
      // Styles alone must not stop it: antd shows a menu, and takes a drawer away, when the motion has ended.
      motion,
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
      colorPrimary: p.accent,
      colorPrimaryHover: p.accentHover,
      colorPrimaryActive: p.accentActive,
      colorPrimaryBg: p.accentTint,
      colorLink: p.accent,
      colorLinkHover: p.accentHover,
      colorLinkActive: p.accentActive,
      colorTextLightSolid: p.onAccent,
      colorSuccess: p.good,
      colorWarning: p.warning,
      colorError: p.danger,
      colorErrorHover: p.dangerHover,
      colorErrorText: p.danger,
      colorErrorBg: p.dangerTint,
      colorBgLayout: p.ground,
      colorBgContainer: p.surface,
      colorBgElevated: p.raised,
      colorBgMask: p.shade,
      colorBorder: p.edge,
      colorBorderSecondary: p.line,
      colorText: p.text,
      colorTextSecondary: p.textSoft,
      colorTextTertiary: p.textFaint,
      colorTextPlaceholder: p.textFaint,
      colorTextDescription: p.textSoft,
      boxShadow: 'none',
      boxShadowSecondary: `0 0 0 1px ${p.line}, 0 8px 24px rgba(0, 0, 0, ${theme === 'dark' ? 0.5 : 0.12})`,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', dangerColor: p.onDanger },
      // A tooltip is a small panel of its own in both themes.
      Tooltip: { colorBgSpotlight: p.text, colorTextLightSolid: p.ground },
      Input: { activeShadow: 'none' },
    },
  }
}

/** Hands the palette to the style sheets, as `--text-soft` and so on. */
export function applyTheme(theme: Theme, root: HTMLElement): void {
  root.dataset.theme = theme
  root.style.colorScheme = theme
  for (const [name, value] of Object.entries({ ...palettes[theme], sans, mono }))
    root.style.setProperty(`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`, value)
}
