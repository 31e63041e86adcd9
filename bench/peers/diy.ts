import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { once } from 'node:events'
import { endProcess, type Server, type ServerOptions, spawnServer } from '../servers.ts'
import { startMosquitto } from './mosquitto.ts'

/**
 * What a user would build: mosquitto, and a process with MQTT.js that subscribes to all reports and stores them in
 * SQLite. mosquitto sends PUBACK before anything is stored.
 */
export async function startDiy(options: ServerOptions): Promise<Server> {
  const broker = await startMosquitto(options)
  const consumer = fileURLToPath(new URL('diy-consumer.ts', import.meta.url))
  const { child, output } = spawnServer(
    process.execPath,
    [consumer, String(broker.plainPort), join(options.folder, 'reports.db')],
    { ipc: true },
  )
  const asked = async (): Promise<number> => {
    const answer = once(child, 'message') as Promise<[number]>
    child.send('stored')
    return (await answer)[0]
  }
  const ready = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (ready[0] !== 'ready') throw new Error(`the pipeline's consumer did not start: ${output()}`)
  return {
    name: 'diy',
    port: broker.port,
    pids: [...broker.pids, child.pid ?? 0],
    async settled() {
      for (let before = -1, now = await asked(); now !== before;) {
        await new Promise((resolve) => setTimeout(resolve, 200))
        before = now
        now = await asked()
      }
    },
    stored: asked,
    async stop() {
      await endProcess(child)
      await broker.stop()
    },
  }
}
