// Builds the console when its sources are not what console/dist was made of. Plain JavaScript: see node.mjs.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { ensureInstalled, pinnedNode, root, Stop } from './node.mjs'

const folder = join(root, 'console')
const dist = join(folder, 'dist')
/** Names the sources that dist was made of. */
const mark = 'sources.sha256'
// What a build is made of; the lock file stands for the packages.
const sources = ['index.html', 'package.json', 'tsconfig.json', 'vite.config.ts', 'src', 'public']

/**
 * Builds the console unless console/dist is up to date, with packages for development, which are installed for it.
 * Throws {@link Stop} when that fails; console/dist is then what it was.
 */
export function buildConsole() {
  const wanted = hashOfSources()
  if (wanted === undefined || wanted === hashOfBuild()) return
  ensureInstalled({ production: false })
  process.stderr.write('Building the console, once …\n')
  const fresh = join(folder, `.dist-${process.pid}`)
  try {
    const { file, args, cwd } = viteProgram('build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn')
    const { status, error } = spawnSync(file, args, { cwd, stdio: ['ignore', 2, 2] })
    if (error ?? status !== 0)
      throw new Stop(`The console could not be built${error ? ` (${error.message})` : ', as told above'}.`)
    compressFiles(fresh)
    writeFileSync(join(fresh, mark), wanted)
    rmSync(dist, { recursive: true, force: true })
    renameSync(fresh, dist)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

/** See {@link buildConsole}; a platform that devices depend on starts without a console rather than not at all. */
export function buildConsoleIfPossible() {
  try {
    buildConsole()
  } catch (fault) {
    if (!(fault instanceof Stop)) throw fault
    const instead = existsSync(dist) ? 'with the one that was built before' : 'without a console'
    process.stderr.write(`${fault.message} Starting ${instead}; npm start tries again.\n`)
  }
}

/** Vite on the pinned Node.js, in the console's folder; without arguments it serves the sources, with hot reload. */
export function viteProgram(...args) {
  const vite = createRequire(join(folder, 'package.json')).resolve('vite/package.json')
  return { file: pinnedNode(), args: [join(dirname(vite), 'bin', 'vite.js'), ...args], cwd: folder }
}

// By content, not by time, as in node.mjs. Undefined where there are no sources: a package of the built product.
function hashOfSources() {
  if (!existsSync(join(folder, 'src'))) return undefined
  const hash = createHash('sha256')
  const files = sources.flatMap((name) => filesOf(join(folder, name)))
  for (const file of [...files, join(root, 'package-lock.json')]) {
    const content = createHash('sha256').update(readFileSync(file)).digest('hex')
    hash.update(`${file.slice(root.length).replaceAll('\\', '/')} ${content}\n`)
  }
  return hash.digest('hex')
}

function hashOfBuild() {
  const file = join(dist, mark)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function filesOf(path) {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return []
  if (!stat.isDirectory()) return /\.test\.tsx?$/.test(path) ? [] : [path]
  return readdirSync(path)
    .toSorted()
    .flatMap((name) => filesOf(join(path, name)))
}

// Beside each file, as small as each coding can: the server hands them out as they are.
function compressFiles(path) {
  for (const file of filesOf(path)) {
    if (!/\.(js|css|svg|txt|webmanifest)$/.test(file)) continue
    const content = readFileSync(file)
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
    }
    writeFileSync(`${file}.br`, brotliCompressSync(content, { params }))
  }
}
