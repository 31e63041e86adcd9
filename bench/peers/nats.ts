import { join } from 'node:path'
import { freePort, type Server, type ServerOptions } from '../servers.ts'
import { startConfigured } from './configured.ts'

/** Debian's nats-server: MQTT over JetStream, which it needs for QoS 1; client certificates asked for and verified. */
export async function startNats({ fleet, folder }: ServerOptions): Promise<Server> {
  const [client, mqtt] = [await freePort(), await freePort()]
  const text = (value: string) => JSON.stringify(value)
  return startConfigured({
    name: 'nats',
    program: 'nats-server',
    port: () => mqtt,
    config: join(folder, 'nats.conf'),
    lines: [
      'server_name: bench',
      `listen: "127.0.0.1:${client}"`,
      `jetstream { store_dir: ${text(join(folder, 'jetstream'))} }`,
      `mqtt { listen: "127.0.0.1:${mqtt}", tls {`,
      `cert_file: ${text(fleet.serverCertFile)}, key_file: ${text(fleet.serverKeyFile)}`,
      `ca_file: ${text(fleet.deviceCaFile)}, verify: true`,
      '} }',
    ],
  })
}
