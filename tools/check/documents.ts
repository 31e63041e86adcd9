import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { ourFiles } from './files.ts'
import { type Markdown, parseMarkdown } from './markdown.ts'
import { root, type Step } from './step.ts'

/** What the documents may refer to. */
export interface Surroundings {
  /** Parsed documents by their path. */
  readonly documents: ReadonlyMap<string, Markdown>
  exists(path: string): boolean
  /** Scripts of package.json. */
  readonly scripts: ReadonlySet<string>
  /** Verbs of `quayside`. */
  readonly verbs: ReadonlySet<string>
}

/** Links in documents lead somewhere; commands in them exist, and shells can read them. */
export const documents: Step = {
  name: 'documents',
  async find() {
    const paths = ourFiles(root).filter((path) => path.endsWith('.md'))
    const parsed = new Map(paths.map((path) => [path, parseMarkdown(readFileSync(join(root, path), 'utf8'))]))
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      readonly scripts: Readonly<Record<string, string>>
    }
    const surroundings: Surroundings = {
      documents: parsed,
      exists: (path) => existsSync(join(root, path)),
      scripts: new Set(Object.keys(scripts)),
      verbs: verbsOfHelp(),
    }
    return [...parsed].flatMap(([path, document]) => [
      ...linkProblems(path, document, surroundings),
      ...commandProblems(path, document, surroundings),
      ...shellProblems(path, document),
    ])
  },
}

/** Links to files that are not there, and to headings that are not in them. Links to other hosts are not followed. */
export function linkProblems(
  path: string,
  document: Markdown,
  { documents, exists }: Surroundings,
): readonly string[] {
  return document.links.flatMap(({ target, line }) => {
    if (/^[a-z][a-z+.-]*:/.test(target)) return []
    const [file = '', anchor] = target.split('#')
    const to = file ? posix.normalize(posix.join(posix.dirname(path), decodeURIComponent(file))) : path
    if (!exists(to)) return [`${path}:${line}: the link ${target} leads to no file`]
    const anchors = documents.get(to)?.anchors
    if (anchor && anchors && !anchors.has(anchor)) return [`${path}:${line}: ${to} has no heading #${anchor}`]
    return []
  })
}

/** `npm run x` and `npx quayside x` in shell blocks that name no script or verb. */
export function commandProblems(
  path: string,
  document: Markdown,
  { scripts, verbs }: Surroundings,
): readonly string[] {
  return shellBlocks(document).flatMap(({ text, line }) => {
    const named = [...text.matchAll(/\bnpm (?:run |(?=start\b|test\b))(?:--?\S+ )*([\w:-]+)/g)].map(
      ([, name = '']) => name,
    )
    const called = [...text.matchAll(/\bnpx quayside ([\w-]+)/g)].map(([, verb = '']) => verb)
    return [
      ...named
        .filter((name) => !scripts.has(name))
        .map((name) => `${path}:${line}: there is no npm script ${name}`),
      ...called
        .filter((verb) => !verbs.has(verb))
        .map((verb) => `${path}:${line}: there is no verb quayside ${verb}`),
    ]
  })
}

// `bash -n` reads without running.
function shellProblems(path: string, document: Markdown): readonly string[] {
  return shellBlocks(document).flatMap(({ text, line }) => {
    const { status, stderr } = spawnSync('bash', ['-n'], { input: text, encoding: 'utf8' })
    return status === 0 ? [] : [`${path}:${line}: bash cannot read this block: ${stderr.trim()}`]
  })
}

// What `quayside help` lists, two spaces in. `dev` is the launcher's own.
function verbsOfHelp(): ReadonlySet<string> {
  const { stdout } = spawnSync(process.execPath, [join(root, 'src', 'main.ts'), 'help'], { encoding: 'utf8' })
  return new Set(['dev', ...[...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, verb = '']) => verb)])
}

function shellBlocks(document: Markdown): Markdown['blocks'] {
  return document.blocks.filter(({ language }) => ['sh', 'bash', 'shell'].includes(language))
}
