import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { repository } from './options.ts'
import { searchPath } from './servers.ts'

/** Where it ran: figures of two machines are not to be compared. */
export function machine(): object {
  const [cpu] = cpus()
  return {
    cpu: cpu?.model,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    kernel: release(),
  }
}

/** What was measured: our commit, and whether files differed from it, and the peers; undefined where it is not known. */
export function versions(): object {
  const manifest = readFileSync(join(repository, 'node_modules', 'aedes', 'package.json'), 'utf8')
  return {
    quayside: firstLine('git', ['describe', '--always', '--dirty']),
    node: process.versions.node,
    openssl: process.versions.openssl,
    mosquitto: firstLine('mosquitto', ['-h']),
    nats: firstLine('nats-server', ['--version']),
    aedes: (JSON.parse(manifest) as { version: string }).version,
  }
}

function firstLine(file: string, args: readonly string[]): string | undefined {
  const env = { ...process.env, PATH: searchPath() }
  const { stdout } = spawnSync(file, args, { cwd: repository, encoding: 'utf8', env })
  // spawnSync types it as text, and gives null for a program that is not there.
  return (stdout as string | null)?.split('\n')[0]
}
