/** As much of the rule of a value as bounds it. */
interface Bounds {
  /** Decimal text. */
  readonly min?: string | undefined
  readonly max?: string | undefined
  readonly unit?: string | undefined
  readonly enum_list?: readonly string[] | undefined
}

/** The bounds of a value on one line, for people: `0 – 65535 s`, `≥ 0`, `off, on`; undefined where there are none. */
export function boundsText({ min, max, unit, enum_list: values }: Bounds): string | undefined {
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
