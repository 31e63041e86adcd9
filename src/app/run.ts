import { limits } from '../base/limits.ts'
import type { Config } from './config.ts'
import { dataPaths } from './data-folder.ts'
import { firstStartText } from './first-start.ts'
import { createLogger } from './logger.ts'
import { startServer } from './server.ts'
import { version } from './version.ts'

/**
 * Runs the platform until a signal ends it; gives the exit code. SIGTERM, SIGINT and SIGHUP stop it cleanly within
 * 10 s (safety R7); what hangs longer than that is left behind, and the exit code says so.
 */
export async function runServer(config: Config, unlock: () => void): Promise<number> {
  const pretty = config.logFormat === 'pretty' || (config.logFormat === 'auto' && process.stdout.isTTY)
  const logger = createLogger(config.logLevel, pretty ? 'pretty' : 'json')
  // Not once: Ctrl-C may come from the terminal and from the launcher, and a second one must not kill a clean end.
  let overdue: NodeJS.Timeout | undefined
  const signalled = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => {
        // From the signal on, which may come while the platform still starts.
        overdue ??= setTimeout(() => {
          logger.error(
            { seconds: limits.shutdownMillisMax / 1000 },
            'something did not stop in time; ending without it',
          )
          process.exit(1)
        }, limits.shutdownMillisMax - 500)
        resolve(signal)
      })
  })
  const server = await startServer(config, logger)
  const { firstStart } = dataPaths(config.dataDir)
  if (server.first) {
    if (process.stdout.isTTY)
      process.stdout.write(
        `\nFirst start. Copy this block; it also stands in ${firstStart}:\n\n${firstStartText(server.first, { ...config, httpPort: server.ports.http, httpsPort: server.ports.https })}\n`,
      )
    else logger.info({ file: firstStart }, 'first start: user, password and access key stand in this file')
  }
  logger.info({ version: version(), ports: server.ports, dataDir: config.dataDir }, 'ready')

  const signal = await signalled
  logger.info({ signal }, 'stopping')
  await server.close()
  unlock()
  // Stays for whatever still keeps the process alive, without doing so itself.
  overdue?.unref()
  logger.info({}, 'stopped')
  return 0
}
