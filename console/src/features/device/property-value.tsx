import { useLanguage } from '../../components/language.ts'
import { numberText } from '../../lib/format.ts'

/** Longest text that is shown whole; the rest is shown on demand. */
const SHOWN_CHARACTERS = 120

interface PropertyValueProps {
  readonly value: unknown
  readonly unit?: string | undefined
  /** Fractions to six digits, the whole number on hover: where it is read at a glance. */
  readonly rounded?: boolean
}

/** A reported value with its unit: numbers as people write them, everything else as it was sent. */
export function PropertyValue({ value, unit, rounded = false }: PropertyValueProps) {
  const language = useLanguage()
  if (typeof value === 'number')
    return (
      <span className="property-value" {...(rounded && { title: numberText(value, language) })}>
        {numberText(value, language, rounded ? 6 : 15)}
        {unit !== undefined && <span className="soft"> {unit}</span>}
      </span>
    )
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text.length <= SHOWN_CHARACTERS)
    return (
      <span className="property-value">
        <span className={typeof value === 'string' ? 'break' : 'code break'}>{text}</span>
        {unit !== undefined && <span className="soft"> {unit}</span>}
      </span>
    )
  return (
    <details className="property-value">
      <summary className="code break">{text.slice(0, SHOWN_CHARACTERS).toWellFormed()}…</summary>
      <span className="code break">{text}</span>
    </details>
  )
}
