import type { JsonValue } from '../../base/json.ts'
import type { ValueVerdict } from '../verdict/verdict.ts'

/** Longest piece of a device's own text in a sentence: enough to recognise it by. */
const SHOWN_LENGTH = 64

/**
 * What the sentence of a value's code may name: `{service}`, `{property}`, `{seen}` and the keys of its rule
 * (`{min}`, `{max}`, `{step}`, `{max_length}`, `{data_type}`, `{enum_list}`). A device chose these texts: they are
 * cut to a bounded length, and control characters and lone surrogates are written as escapes, so that the sentence
 * can stand in a log line, a console and a reason string (MQTT 5.0 §1.5.4 allows no U+0000).
 */
export function valueParams(
  serviceId: string,
  { property, seen, rule = {} }: ValueVerdict,
): Readonly<Record<string, string | number>> {
  const rules = Object.entries(rule).map(
    ([name, value]) => [name, typeof value === 'number' ? value : shownRule(value)] as const,
  )
  return {
    ...Object.fromEntries<string | number>(rules),
    service: shownName(serviceId),
    property: shownName(property),
    seen: shown(JSON.stringify(seen)),
  }
}

/** A name that a device chose, fit for a sentence. */
export function shownName(name: string): string {
  return shown(JSON.stringify(name).slice(1, -1))
}

function shownRule(value: JsonValue): string {
  return shown(
    Array.isArray(value) ? value.join(', ') : typeof value === 'string' ? value : JSON.stringify(value),
  )
}

/** Takes the text of a JSON value: `JSON.stringify` has escaped what must not be shown as it is, but for DEL to U+009F. */
function shown(json: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  const text = json.replace(/[\0-\x1f\x7f-\x9f]/g, '\ufffd')
  return text.length <= SHOWN_LENGTH ? text : `${text.slice(0, SHOWN_LENGTH).toWellFormed()}…`
}
