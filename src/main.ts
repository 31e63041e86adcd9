import { enableCompileCache } from 'node:module'

/*
 * argv → the product (`start`) or a verb of the command line. Nothing heavy is imported before the compile cache
 * is on, which takes half a second off every start but the first.
 */

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 15)) {
  process.stderr.write(`Quayside needs Node.js 24.15 or newer; this is ${process.versions.node}.\n`)
  process.exit(1)
}

const [verb = 'help', ...rest] = process.argv.slice(2)
try {
  process.exitCode = await run(verb, rest)
} catch (fault) {
  const { startSentence } = await import('./app/start-fault.ts')
  const sentence = startSentence(fault)
  if (sentence === undefined) throw fault
  process.stderr.write(`${sentence}\n`)
  // Whatever had been started must not go on half.
  process.exit(1)
}

async function run(name: string, argv: readonly string[]): Promise<number> {
  if (name !== 'start' || argv.includes('--help') || argv.includes('-h'))
    return (await import('./cli/verbs.ts')).runVerb(name, argv)
  const { readConfig } = await import('./app/config.ts')
  const { dataPaths, lockDataFolder } = await import('./app/data-folder.ts')
  const config = readConfig(argv, process.env, process.cwd())
  const unlock = lockDataFolder(config.dataDir)
  // One that is named already is kept: Node.js has read it for this thread, and the others are to share it.
  const compileCache = process.env['NODE_COMPILE_CACHE'] || dataPaths(config.dataDir).compileCache
  enableCompileCache(compileCache)
  // Worker threads read it from the environment.
  process.env['NODE_COMPILE_CACHE'] = compileCache
  return (await import('./app/run.ts')).runServer(config, unlock)
}
