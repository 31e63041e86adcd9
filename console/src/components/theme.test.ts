import { expect, test } from 'vitest'
import { palettes } from './theme.ts'

/** Relative luminance, WCAG 2.2. */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (bright + 0.05) / (dark + 0.05)
}

test.each(['light', 'dark'] as const)(
  'WCAG 2.2 §1.4.3: every text of the %s theme reads on what is behind it',
  (theme) => {
    const p = palettes[theme]
    const pairs = [
      ...[p.text, p.textSoft, p.textFaint, p.accent, p.good, p.warning, p.danger].flatMap((text) =>
        [p.ground, p.surface, p.raised].map((behind) => [text, behind] as const),
      ),
      [p.onAccent, p.accent],
      [p.onAccent, p.accentHover],
      [p.onAccent, p.accentActive],
      [p.onDanger, p.danger],
      [p.onDanger, p.dangerHover],
      [p.text, p.accentTint],
      [p.accent, p.accentTint],
      [p.text, p.warningTint],
      [p.warning, p.warningTint],
      [p.text, p.dangerTint],
      [p.textSoft, p.dangerTint],
      [p.danger, p.dangerTint],
    ] as const
    const weak = pairs.filter(([text, behind]) => contrast(text, behind) < 4.5)

    expect(weak.map(([text, behind]) => [text, behind, contrast(text, behind).toFixed(2)])).toEqual([])
  },
)

test.each(['light', 'dark'] as const)(
  'WCAG 2.2 §1.4.11: the edge of a field of the %s theme is seen',
  (theme) => {
    const p = palettes[theme]

    expect(contrast(p.edge, p.surface)).toBeGreaterThanOrEqual(3)
    expect(contrast(p.edge, p.ground)).toBeGreaterThanOrEqual(2.8)
  },
)

test.each(['light', 'dark'] as const)(
  'WCAG 2.2 §1.4.11: every line of a chart of the %s theme is seen',
  (theme) => {
    const p = palettes[theme]
    const weak = [p.seriesA, p.seriesB, p.seriesC, p.seriesD, p.seriesE, p.seriesF].filter(
      (line) => contrast(line, p.surface) < 3,
    )

    expect(weak).toEqual([])
  },
)
