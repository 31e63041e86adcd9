import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  endProcess,
  freePort,
  type Server,
  type ServerOptions,
  spawnServer,
  untilListening,
} from '../servers.ts'

/** Debian's nats-server: MQTT over JetStream, which it needs for QoS 1; client certificates asked for and verified. */
export async function startNats({ fleet, folder }: ServerOptions): Promise<Server> {
  const [client, mqtt] = [await freePort(), await freePort()]
  const config = join(folder, 'nats.conf')
  const text = (value: string) => JSON.stringify(value)
  writeFileSync(
    config,
    [
      'server_name: bench',
      `listen: "127.0.0.1:${client}"`,
      `jetstream { store_dir: ${text(join(folder, 'jetstream'))} }`,
      `mqtt { listen: "127.0.0.1:${mqtt}", tls {`,
      `cert_file: ${text(fleet.serverCertFile)}, key_file: ${text(fleet.serverKeyFile)}`,
      `ca_file: ${text(fleet.deviceCaFile)}, verify: true`,
      '} }',
      '',
    ].join('\n'),
  )
  const { child, output } = spawnServer('nats-server', ['-c', config])
  try {
    await untilListening(child, mqtt)
  } catch (cause) {
    throw new Error(`nats-server did not start: ${output()}`, { cause })
  }
  return {
    name: 'nats',
    port: () => mqtt,
    pids: [child.pid ?? 0],
    settled: () => Promise.resolve(),
    stored: () => Promise.resolve(undefined),
    stop: () => endProcess(child),
  }
}
