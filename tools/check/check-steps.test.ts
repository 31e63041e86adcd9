import { expect, test } from 'vitest'
import { type Lock, type Manifest, dependencyProblems } from './dependencies.ts'
import { type Surroundings, commandProblems, linkProblems } from './documents.ts'
import { parseMarkdown } from './markdown.ts'
import { wordProblems } from './words.ts'

const manifest: Manifest = {
  dependencies: { fastify: '5.12.8' },
  optionalDependencies: {},
  devDependencies: { 'typescript-native': 'npm:typescript@7.0.2' },
}
const lock: Lock = { packages: { 'node_modules/fastify': {} } }
const reasons = '| `fastify` | HTTP |\n| `typescript-native` | types |\n'

test('pinned packages with a line of reason each pass', () => {
  expect(dependencyProblems(manifest, lock, reasons)).toEqual([])
})

test('a version range, a missing reason and a reason without a package are told by name', () => {
  const ranged = { ...manifest, dependencies: { fastify: '^5.12.8', pino: '10.4.0' } }

  const problems = dependencyProblems(ranged, lock, `${reasons}| \`left-pad\` | – |\n`)

  expect(problems).toEqual([
    'package.json: fastify must be one exact version, not ^5.12.8',
    'docs/dependencies.md: no line says why pino is there',
    'docs/dependencies.md: left-pad is not in package.json',
  ])
})

test('a package that runs a script when installed, or names its host, is refused (safety, threat model 14)', () => {
  const bad = { 'node_modules/x': { hasInstallScript: true, resolved: 'https://example.org/x.tgz' } }

  expect(dependencyProblems(manifest, { packages: bad }, reasons)).toEqual([
    'package-lock.json: node_modules/x runs a script when it is installed',
    'package-lock.json: node_modules/x names the host it came from',
  ])
})

const page = parseMarkdown(`# First light
## Ports & names
## Ports & names
See [ports](#ports--names), [again](other.md#there), [gone](gone.md), [out](https://example.org/x.md).
\`[not](a-link.md)\`
\`\`\`sh
npm start
npm run lift
npx quayside fly
\`\`\`
`)
const surroundings: Surroundings = {
  documents: new Map([
    ['docs/page.md', page],
    ['docs/other.md', parseMarkdown('# Here\n')],
  ]),
  exists: (path) => ['docs/page.md', 'docs/other.md'].includes(path),
  scripts: new Set(['start']),
  verbs: new Set(['start']),
}

test('headings get anchors as GitHub makes them, and blocks keep their text', () => {
  expect([...page.anchors]).toEqual(['first-light', 'ports--names', 'ports--names-1'])
  expect(page.blocks).toEqual([
    { language: 'sh', text: 'npm start\nnpm run lift\nnpx quayside fly', line: 6 },
  ])
})

test('links to missing files and missing headings are told; code and other hosts are left alone', () => {
  expect(linkProblems('docs/page.md', page, surroundings)).toEqual([
    'docs/page.md:4: docs/other.md has no heading #there',
    'docs/page.md:4: the link gone.md leads to no file',
  ])
})

test('commands in shell blocks must name scripts and verbs that exist', () => {
  expect(commandProblems('docs/page.md', page, surroundings)).toEqual([
    'docs/page.md:6: there is no npm script lift',
    'docs/page.md:6: there is no verb quayside fly',
  ])
})

test('a path of one machine and the host of a registry are told with their line', () => {
  const home = ['', 'home', 'ann', 'quayside'].join('/')
  const host = `https://${['registry', 'example.org'].join('.')}/x`

  expect(wordProblems('a.md', `fine\nsee ${home}\nfrom ${host}\n/v5/iot/home/x`)).toEqual([
    `a.md:2: a path of one machine: ${home}`,
    `a.md:3: the host of a package registry: ${host}`,
  ])
})
