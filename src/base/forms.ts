/**
 * A translator of texts that are put together in English where they arise, with their numbers and names in place:
 * each is found again by its form. `at most {n} entries` to `最多 {n} 项` makes `最多 5 项` of `at most 5 entries`.
 * Braces stand for the same text in both, save `{what}`, `{where}` and `{other}`, which are translated themselves. The
 * first form that fits counts; a text that none fits stays as it is.
 */
export function formsOf(table: Readonly<Record<string, string>>): (text: string) => string {
  const forms = Object.entries(table).map(([english, chinese]) => ({ pattern: patternOf(english), chinese }))
  return function translate(text): string {
    for (const { pattern, chinese } of forms) {
      const found = pattern.exec(text)
      if (!found) continue
      return chinese.replace(/\{(\w+)\}/g, (_, name: string) => {
        const part = found.groups?.[name] ?? ''
        // A part is shorter than its whole, so this ends.
        return translated.has(name) && part !== text ? translate(part) : part
      })
    }
    return text
  }
}

const translated: ReadonlySet<string> = new Set(['what', 'where', 'other'])

/** `at least {n}` becomes a pattern whose groups are named as its braces are. */
function patternOf(form: string): RegExp {
  const literal = form.replace(/[.*+?^$()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${literal.replace(/\{(\w+)\}/g, '(?<$1>.+)')}$`, 'is')
}
