/*
 * node bench/flame.ts PROFILE.cpuprofile OUT.svg TITLE: a flame graph of what `npm run bench -- --profile ROW` left. Widths
 * are shares of the time in which the thread did something; a box below a thousandth of it is left out.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Profiler } from 'node:inspector'

const [profileFile = '', svgFile = '', title = ''] = process.argv.slice(2)
const {
  nodes,
  samples = [],
  timeDeltas = [],
} = JSON.parse(readFileSync(profileFile, 'utf8')) as Profiler.Profile

const WIDTH = 1200
const ROW = 16
const own = new Map<number, number>()
for (const [index, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + (timeDeltas[index] ?? 0))
const byId = new Map(nodes.map((node) => [node.id, node]))
const isIdle = ({ callFrame }: Profiler.ProfileNode) =>
  callFrame.functionName === '(idle)' || callFrame.url === 'node:inspector'

interface Box {
  readonly name: string
  micros: number
  readonly below: Map<string, Box>
}

const newBox = (name: string): Box => ({ name, micros: 0, below: new Map() })

/** Calls of the same name from the same stack are one box, whatever the line. */
function gather(node: Profiler.ProfileNode, into: Box): number {
  if (isIdle(node)) return 0
  const { functionName, url, lineNumber } = node.callFrame
  const place = url === '' ? '' : ` ${url.split('/').slice(-2).join('/')}:${lineNumber + 1}`
  const name = `${functionName || '(anonymous)'}${place}`
  const box = into.below.get(name) ?? newBox(name)
  into.below.set(name, box)
  let micros = own.get(node.id) ?? 0
  for (const id of node.children ?? []) {
    const child = byId.get(id)
    if (child) micros += gather(child, box)
  }
  box.micros += micros
  return micros
}

const root = newBox('all')
for (const id of nodes[0]?.children ?? []) {
  const node = byId.get(id)
  if (node) root.micros += gather(node, root)
}

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const drawn: string[] = []
let deepest = 0

function draw(box: Box, left: number, depth: number): void {
  const width = (WIDTH * box.micros) / root.micros
  if (width < WIDTH / 1000) return
  deepest = Math.max(deepest, depth)
  const share = ((100 * box.micros) / root.micros).toFixed(1)
  const hue = 20 + ((box.name.length * 37) % 40)
  const label = escape(box.name.slice(0, Math.floor(width / 6.2)))
  const at = `x="${left.toFixed(1)}" y="${depth * ROW + 24}"`
  drawn.push(
    `<g><title>${escape(box.name)}: ${share} %</title>` +
      `<rect ${at} width="${width.toFixed(1)}" height="${ROW - 1}" fill="hsl(${hue} 75% 72%)"/>` +
      (label.length > 2
        ? `<text x="${(left + 2).toFixed(1)}" y="${depth * ROW + 36}">${label}</text></g>`
        : '</g>'),
  )
  let next = left
  for (const child of [...box.below.values()].toSorted((a, b) => b.micros - a.micros)) {
    draw(child, next, depth + 1)
    next += (WIDTH * child.micros) / root.micros
  }
}

draw(root, 0, 0)
writeFileSync(
  svgFile,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${(deepest + 1) * ROW + 32}" font-family="monospace" font-size="10">\n` +
    `<rect width="100%" height="100%" fill="#fff"/>\n<text x="4" y="15" font-size="12">${escape(title)}</text>\n${drawn.join('\n')}\n</svg>\n`,
)
