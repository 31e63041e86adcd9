import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { DeviceId } from '../base/ids.ts'
import type { Logger } from '../base/logger.ts'
import type { LogLevel } from './config.ts'
import type { DataPaths } from './data-folder.ts'
import type { Remote } from './rpc.ts'
import type { StoreApi, StoreListener, StoreThreadData } from './threads.ts'
import { startThread } from './workers.ts'

/** The store thread as the main thread sees it. */
export interface StoreThread {
  readonly remote: Remote<StoreApi>
  /** A channel of its own for another thread. */
  connect(): MessagePort
  onAdvanced(handle: () => void): void
  onDesiredDiffers(handle: (deviceId: DeviceId) => void): void
  close(): Promise<void>
}

/** As with listener threads, and twice as much: what a batch of reports makes lives until the batch is on disk. */
const youngGenerationMegabytes = 12

/**
 * Starts the store thread and waits until it has brought its projections up to date. The platform cannot live
 * without it: if it ends by itself the process ends too, and whatever supervises it starts it again.
 */
export async function startStoreThread(options: {
  readonly paths: DataPaths
  readonly dataDir: string
  readonly logLevel: LogLevel
  readonly logger: Logger
}): Promise<StoreThread> {
  const { paths, dataDir, logLevel, logger } = options
  let advanced: () => void = () => undefined
  let desiredDiffers: (deviceId: DeviceId) => void = () => undefined
  let closing = false
  const thread = startThread<StoreApi, StoreListener>({
    name: 'store',
    file: './store-thread.ts',
    data: {
      logFolder: paths.log,
      projectionsFile: paths.projections,
      historyFolder: paths.history,
      dataDir,
      logLevel,
    } satisfies StoreThreadData,
    ours: {
      advanced: () => advanced(),
      desiredDiffers: (deviceId) => desiredDiffers(deviceId),
      log: ([level, fields, message]) => logger[level]({ thread: 'store', ...fields }, message),
    },
    logger,
    youngGenerationMegabytes,
  })
  await thread.ready
  void thread.ended.then(() => {
    if (closing) return
    logger.error({}, 'the store thread has ended; nothing can be stored, so the platform ends')
    process.exit(70)
  })
  return {
    remote: thread.remote,
    connect() {
      const { port1, port2 } = new MessageChannel()
      thread.send({ attach: port1 }, [port1])
      return port2
    },
    onAdvanced(handle) {
      advanced = handle
    },
    onDesiredDiffers(handle) {
      desiredDiffers = handle
    },
    async close() {
      closing = true
      await thread.remote.close()
      await thread.terminate()
    },
  }
}
