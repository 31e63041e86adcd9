import { fileURLToPath } from 'node:url'
import { endProcess, freePort, type Server, spawnServer, untilListening } from '../servers.ts'

export async function startAedes(): Promise<Server> {
  const port = await freePort()
  const program = fileURLToPath(new URL('aedes-server.ts', import.meta.url))
  const { child, output } = spawnServer(process.execPath, [program, String(port)])
  try {
    await untilListening(child, port)
  } catch (cause) {
    throw new Error(`aedes did not start: ${output()}`, { cause })
  }
  return {
    name: 'aedes',
    port: () => port,
    pids: [child.pid ?? 0],
    settled: () => Promise.resolve(),
    stored: () => Promise.resolve(undefined),
    stop: () => endProcess(child),
  }
}
