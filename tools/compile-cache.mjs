// The compile cache lies in the data folder. It is switched on before the first TypeScript file is read: a start
// whose code is all in the cache is faster, and needs no TypeScript stripper in the memory of each thread.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { root } from './node.mjs'

/**
 * Puts the cache of the data folder that `args` and the environment name into the environment, and fills it when
 * it does not hold this version yet. A cache that cannot be made is done without: the server says what is wrong
 * with its data folder.
 * @param {string} node the Node.js that will run the product
 * @param {readonly string[]} args what follows `quayside start`
 */
export function prepareCompileCache(node, args) {
  const cache = join(dataFolder(args), 'cache')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const mark = join(cache, `warm-${version}`)
  process.env.NODE_COMPILE_CACHE = cache
  if (existsSync(mark)) return
  try {
    mkdirSync(cache, { recursive: true, mode: 0o700 })
    const { status } = spawnSync(node, [join(root, 'src', 'app', 'warm-up.ts')], { stdio: 'ignore' })
    if (status === 0) writeFileSync(mark, '')
  } catch (fault) {
    process.stderr.write(`The compile cache was not made (${fault.message}); starting without it.\n`)
  }
}

function dataFolder(args) {
  const at = args.findIndex((arg) => arg === '--data-dir' || arg.startsWith('--data-dir='))
  const flag = args[at]?.includes('=') ? args[at].slice('--data-dir='.length) : args[at + 1]
  return resolve((at === -1 ? process.env.QUAYSIDE_DATA_DIR : flag) || 'data')
}
