/** A document taken apart as far as the checks need it. */
export interface Markdown {
  /** Anchors of its headings, as GitHub makes them. */
  readonly anchors: ReadonlySet<string>
  /** Link targets in order, with the line each stands on. */
  readonly links: readonly { readonly target: string; readonly line: number }[]
  /** Fenced blocks in order; `line` is that of the opening fence. */
  readonly blocks: readonly { readonly language: string; readonly text: string; readonly line: number }[]
}

/** Reads headings, links and fenced blocks. Fences are of three backticks at the start of a line. */
export function parseMarkdown(source: string): Markdown {
  const anchors = new Set<string>()
  const links: { target: string; line: number }[] = []
  const blocks: { language: string; text: string; line: number }[] = []
  let open: { language: string; lines: string[]; line: number } | undefined
  for (const [index, line] of source.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line)
    if (open) {
      if (fence) {
        blocks.push({ language: open.language, text: open.lines.join('\n'), line: open.line })
        open = undefined
      } else open.lines.push(line)
      continue
    }
    if (fence) {
      open = { language: fence[1] ?? '', lines: [], line: index + 1 }
      continue
    }
    const heading = /^#{1,6} +(.+?) *#*$/.exec(line)?.[1]
    if (heading) addAnchor(anchors, heading)
    const prose = line.replace(/`[^`]*`/g, '')
    for (const [, target = ''] of prose.matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)) {
      links.push({ target, line: index + 1 })
    }
  }
  return { anchors, links, blocks }
}

// GitHub: lower case, punctuation dropped, spaces to hyphens, a number appended when the anchor is taken.
function addAnchor(anchors: Set<string>, heading: string): void {
  const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
  const slug = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replace(/\s/g, '-')
  let anchor = slug
  for (let copy = 1; anchors.has(anchor); copy++) anchor = `${slug}-${copy}`
  anchors.add(anchor)
}
