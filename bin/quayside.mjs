#!/usr/bin/env node
// Starts the product from a fresh clone: installs what is missing, builds the console, then runs src/main.ts on the
// pinned Node.js.
// Plain JavaScript, since the Node.js that starts it may be too old for anything else.
import { realpathSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { prepareCompileCache } from '../tools/compile-cache.mjs'
import { buildConsoleIfPossible, viteProgram } from '../tools/console.mjs'
import { ensureInstalled, exitWith, pinnedNode, root, run, runTogether } from '../tools/node.mjs'
import { become, boundArenas, tlsFlags } from '../tools/start-settings.mjs'

const main = join(root, 'src', 'main.ts')
const args = process.argv.slice(2)
const asksForHelp = args.includes('--help') || args.includes('-h')
const isStart = args[0] === 'start' && !asksForHelp

await exitWith(async () => {
  const isDev = args[0] === 'dev'
  // Before the packages are looked at: building brings those for development, which hold the others too.
  if (isStart) buildConsoleIfPossible()
  ensureInstalled({ production: !isDev })
  const node = pinnedNode()
  if (isDev) {
    const watch = [`--watch-path=${join(root, 'src')}`, '--watch-preserve-output']
    const server = { file: node, args: [...watch, main, 'start', ...args.slice(1)] }
    return runTogether([server, viteProgram()])
  }
  if (isStart) prepareCompileCache(node, args.slice(1))
  if (isStart) boundArenas()
  const flags = isStart ? tlsFlags(node) : []
  // npm scripts already run on the pinned Node.js once it is installed: then no second process is needed.
  if (realpathSync(node) !== realpathSync(process.execPath)) return run(node, [...flags, main, ...args])
  if (isStart) become(node, flags, [main, ...args])
  // The environment is read when Node.js starts, and this one runs already.
  if (process.env.NODE_COMPILE_CACHE) nodeModule.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import(pathToFileURL(main).href)
  return process.exitCode
})
