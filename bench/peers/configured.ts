import { writeFileSync } from 'node:fs'
import { endProcess, type Server, spawnServer, untilListening } from '../servers.ts'

export interface ConfiguredServer extends Pick<Server, 'name' | 'port'> {
  readonly program: string
  /** Where its configuration is written, and the lines of it. */
  readonly config: string
  readonly lines: readonly string[]
}

/** Starts a program that reads its configuration from `-c FILE`, and waits until it listens; what it stores is not counted. */
export async function startConfigured(options: ConfiguredServer): Promise<Server> {
  const { name, port, program, config, lines } = options
  writeFileSync(config, `${lines.join('\n')}\n`)
  const { child, output } = spawnServer(program, ['-c', config])
  try {
    await untilListening(child, port('mtls'))
  } catch (cause) {
    throw new Error(`${program} did not start: ${output()}`, { cause })
  }
  return {
    name,
    port,
    pids: [child.pid ?? 0],
    settled: () => Promise.resolve(),
    stored: () => Promise.resolve(undefined),
    stop: () => endProcess(child),
  }
}
