// `npm test`, `npm run build`, `npm run check`, `npm run bench` and so on: installs what is missing, then runs the tool
// on the pinned Node.js. Plain JavaScript without packages, like node.mjs.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { buildConsole } from './console.mjs'
import { ensureInstalled, exitWith, oldestNode, pinnedNode, root, run, Stop } from './node.mjs'

// What the tests drive the product with, as a user would: commands and files, and the Debian package each comes from.
// The font is for pictures of the console in Chinese; the connection kits are run with Debian's own Python.
const testCommands = {
  chromium: 'chromium',
  mosquitto_pub: 'mosquitto-clients',
  mosquitto_sub: 'mosquitto-clients',
  strace: 'strace',
  openssl: 'openssl',
  unzip: 'unzip',
  curl: 'curl',
}

const testFiles = {
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc': 'fonts-noto-cjk',
  '/usr/lib/python3/dist-packages/paho/mqtt/client.py': 'python3-paho-mqtt',
}

// What the bench measures beside ours.
const benchCommands = { mosquitto: 'mosquitto', 'nats-server': 'nats-server' }

/** What runs in this process instead of by a tool of its own. */
const here = { build: buildConsole }

const tools = {
  test: 'tools/test.ts',
  check: 'tools/check.ts',
  generate: 'tools/generate.ts',
  pictures: 'tools/pictures.ts',
  bench: 'bench/main.ts',
  'bench:soak': 'bench/soak.ts',
}

const [verb, ...args] = process.argv.slice(2)

await exitWith(async () => {
  if (Object.hasOwn(here, verb)) {
    here[verb]()
    return 0
  }
  const tool = tools[verb]
  if (!tool) throw new Stop(`usage: node tools/run.mjs ${Object.keys({ ...tools, ...here }).join('|')}`)
  try {
    ensureInstalled({ production: false })
    if (verb === 'bench') ensureCommands('bench', benchCommands)
    if (verb === 'test' || verb === 'pictures') {
      ensureCommands('tests', testCommands, testFiles)
      if (verb === 'test') oldestNode()
      buildConsole()
    }
  } catch (fault) {
    if (verb !== 'test' || !(fault instanceof Stop)) throw fault
    process.stderr.write(`${fault.message}\n`)
    // Whoever reads only the last line must not take an unprepared machine for a pass.
    process.stdout.write('0 passed, 1 failed\n')
    return 1
  }
  return run(pinnedNode(), [join(root, ...tool.split('/')), ...args])
})

/** Installs the Debian packages of the commands that are missing when it may; else stops with the command to run. */
function ensureCommands(what, commands, files = {}) {
  const packages = missingPackages(commands, files)
  if (packages.length === 0) return
  const install = ['install', '-y', '--no-install-recommends', ...packages]
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    process.stderr.write(`Installing Debian packages for the ${what}: ${packages.join(', ')} …\n`)
    for (const step of [['update', '-q'], install]) {
      spawnSync('apt-get', step, {
        stdio: ['ignore', 2, 2],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      })
    }
    if (missingPackages(commands, files).length === 0) return
  }
  throw new Stop(
    `The ${what} need${what === 'bench' ? 's' : ''} ${packages.join(', ')}. Run: sudo apt-get update && sudo apt-get ${install.join(' ')}`,
  )
}

function missingPackages(commands, files) {
  const missing = [
    ...Object.entries(commands).filter(([command]) => !isOnPath(command)),
    ...Object.entries(files).filter(([file]) => process.platform === 'linux' && !existsSync(file)),
  ]
  return [...new Set(missing.map(([, debianPackage]) => debianPackage))]
}

function isOnPath(command) {
  // Debian's servers stand where the search path of an ordinary user does not reach.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin']
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}
