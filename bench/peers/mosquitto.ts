import { join } from 'node:path'
import { freePort, type Server, type ServerOptions } from '../servers.ts'
import { startConfigured } from './configured.ts'

/** Debian's mosquitto: no persistence, client certificates asked for and verified, nobody subscribed. */
export async function startMosquitto({
  fleet,
  folder,
}: ServerOptions): Promise<Server & { readonly plainPort: number }> {
  const [plain, mtls] = [await freePort(), await freePort()]
  const server = await startConfigured({
    name: 'mosquitto',
    program: 'mosquitto',
    port: (transport) => (transport === 'plain' ? plain : mtls),
    config: join(folder, 'mosquitto.conf'),
    lines: [
      'per_listener_settings false',
      'allow_anonymous true',
      'persistence false',
      'set_tcp_nodelay true',
      'log_type error',
      'log_dest stderr',
      // The pipeline's consumer must get everything: by default what waits for it beyond 1000 messages is dropped.
      'max_queued_messages 0',
      'max_inflight_messages 0',
      `listener ${plain} 127.0.0.1`,
      `listener ${mtls} 127.0.0.1`,
      `cafile ${fleet.deviceCaFile}`,
      `certfile ${fleet.serverCertFile}`,
      `keyfile ${fleet.serverKeyFile}`,
      'require_certificate true',
      // As root mosquitto becomes the user mosquitto, who may not read the folder.
      ...(process.getuid?.() === 0 ? ['user root'] : []),
    ],
  })
  return { ...server, plainPort: plain }
}
