import type { ValueRule } from './model.ts'

/** The bounds of a value on one line, for people: `0 – 65535 s`, `≥ 0`, `off, on`; undefined where there are none. */
export function boundsText({ min, max, unit, enum_list: values }: ValueRule): string | undefined {
  if (values?.length) return values.join(', ')
  const range =
    min !== undefined && max !== undefined
      ? `${min} – ${max}`
      : min !== undefined
        ? `≥ ${min}`
        : max !== undefined
          ? `≤ ${max}`
          : undefined
  return [range, unit].filter((part) => part !== undefined).join(' ') || undefined
}
