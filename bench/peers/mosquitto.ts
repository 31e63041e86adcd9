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

/** Debian's mosquitto: no persistence, client certificates asked for and verified, nobody subscribed. */
export async function startMosquitto({
  fleet,
  folder,
}: ServerOptions): Promise<Server & { readonly plainPort: number }> {
  const [plain, mtls] = [await freePort(), await freePort()]
  const config = join(folder, 'mosquitto.conf')
  writeFileSync(
    config,
    [
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
      '',
    ].join('\n'),
  )
  // As root mosquitto becomes the user mosquitto, who may not read the folder.
  const user = process.getuid?.() === 0 ? ['user root'] : []
  if (user.length > 0) writeFileSync(config, `${user.join('\n')}\n`, { flag: 'a' })
  const { child, output } = spawnServer('mosquitto', ['-c', config])
  try {
    await untilListening(child, mtls)
  } catch (cause) {
    throw new Error(`mosquitto did not start: ${output()}`, { cause })
  }
  return {
    name: 'mosquitto',
    plainPort: plain,
    port: (transport) => (transport === 'plain' ? plain : mtls),
    pids: [child.pid ?? 0],
    settled: () => Promise.resolve(),
    stored: () => Promise.resolve(undefined),
    stop: () => endProcess(child),
  }
}
