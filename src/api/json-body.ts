import type { JsonValue } from '../base/json.ts'
import { Refusal } from '../base/refusal.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Parses a request body: strict UTF-8, strict JSON, nested at most `depthMax` deep. Undefined for an empty one:
 * clients announce JSON and send nothing (northbound §2.1). Throws `malformed-json`.
 */
export function parseJsonBody(body: Uint8Array, depthMax: number): JsonValue | undefined {
  const text = decode(body)
  if (text.trim() === '') return undefined
  // Looked at before parsing: a parser that recurses must not meet a million brackets.
  if (depthOf(text) > depthMax)
    throw new Refusal('malformed-json', { detail: `it is nested deeper than ${depthMax} levels` })
  try {
    return JSON.parse(text) as JsonValue
  } catch (fault) {
    throw new Refusal('malformed-json', { detail: detailOf(fault) })
  }
}

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body)
  } catch {
    throw new Refusal('malformed-json', { detail: 'it is not UTF-8 text' })
  }
}

/** The parser quotes the text around the fault, which may hold a secret: only what and where is passed on. */
function detailOf(fault: unknown): string {
  const message = fault instanceof SyntaxError ? fault.message : ''
  const detail = message.replace(/, (\.\.\.)?".*" is not valid JSON$/s, '').replace(/ in JSON at/, ' at')
  // As in a certificate pasted into the body.
  const hint = message.includes('control character') ? '; a line break inside a text is written \\n' : ''
  return detail === '' ? 'it cannot be read' : `${detail}${hint}`
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** The deepest nesting of arrays and objects, for text that is JSON; some number for text that is not. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at)
    if (inString) {
      if (unit === BACKSLASH) at += 1
      else if (unit === QUOTE) inString = false
    } else if (unit === QUOTE) inString = true
    else if (unit === 0x5b || unit === 0x7b) deepest = Math.max(deepest, (depth += 1))
    else if (unit === 0x5d || unit === 0x7d) depth -= 1
  }
  return deepest
}
