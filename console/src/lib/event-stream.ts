/** One event of a stream of server-sent events. */
export interface StreamEvent {
  readonly id: string
  readonly kind: string
  readonly data: string
}

/** Longest line that is taken; the platform's entries are far below it. A longer one ends the stream. */
const LINE_CHARACTERS_MAX = 4_000_000

/**
 * Reads server-sent events (HTML §9.2.6) out of pieces of text, cut anywhere. An EventSource would do it too, but it
 * sends no language of ours and tells no status, so a session that ended would look like a network fault.
 * Throws on a line without end.
 */
export function createEventParser(onEvent: (event: StreamEvent) => void): { push(text: string): void } {
  let rest = ''
  let id = ''
  let kind = ''
  let data: string[] = []

  const takeLine = (line: string): void => {
    if (line === '') {
      if (data.length > 0) onEvent({ id, kind: kind || 'message', data: data.join('\n') })
      kind = ''
      data = []
      return
    }
    const [, name = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
    if (name === 'data') data.push(value)
    else if (name === 'event') kind = value
    else if (name === 'id') id = value
  }

  return {
    push(text) {
      rest += text
      // A carriage return at the very end may be half of a line end: it waits for what follows.
      for (let end = lineEnd(rest); end; end = lineEnd(rest)) {
        takeLine(rest.slice(0, end.at))
        rest = rest.slice(end.next)
      }
      if (rest.length > LINE_CHARACTERS_MAX) throw new Error('a line of the event stream is too long')
    },
  }
}

function lineEnd(text: string): { at: number; next: number } | undefined {
  const at = text.search(/[\r\n]/)
  if (at === -1) return undefined
  if (text[at] === '\n') return { at, next: at + 1 }
  if (at + 1 === text.length) return undefined
  return { at, next: text[at + 1] === '\n' ? at + 2 : at + 1 }
}
