import { type MessagePort, Worker } from 'node:worker_threads'
import type { Logger } from '../base/logger.ts'
import { createRpc, type Methods, type Remote, restoreClass } from './rpc.ts'
import { sharedFaults } from './threads.ts'

/** A thread of ours, ready for calls. */
export interface Thread<Api> {
  readonly name: string
  readonly remote: Remote<Api>
  /** Sends something that is no call, e.g. a port. */
  send(message: object, transfer: readonly MessagePort[]): void
  /** Resolves with the thread's own `ready` message. */
  readonly ready: Promise<Record<string, unknown>>
  /** Resolves when the thread has ended, for whatever reason. */
  readonly ended: Promise<void>
  terminate(): Promise<void>
}

/** Starts `file` (a module beside this one) as a thread; `ours` answers its calls. */
export function startThread<Api extends Methods<Api>, Ours extends Methods<Ours>>(options: {
  readonly name: string
  readonly file: string
  readonly data: object
  readonly ours: Ours
  readonly logger: Logger
  /** Megabytes of its heap for young objects; absent: what Node.js takes. */
  readonly youngGenerationMegabytes?: number
}): Thread<Api> {
  const { name, file, data, ours, logger, youngGenerationMegabytes } = options
  const worker = new Worker(new URL(file, import.meta.url), {
    name,
    workerData: data,
    ...(youngGenerationMegabytes !== undefined && {
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMegabytes },
    }),
  })
  const { remote, disconnect } = createRpc<Api, Ours>(worker, ours, sharedFaults)
  let isReady = false
  const ended = new Promise<void>((resolve) => {
    worker.on('error', (fault: Error) => {
      restoreClass(fault, sharedFaults)
      // Before it was ready its starter is told, and tells.
      if (isReady) logger.error({ thread: name, fault }, 'a thread failed')
    })
    worker.once('exit', () => {
      disconnect()
      resolve()
    })
  })
  const ready = new Promise<Record<string, unknown>>((resolve, reject) => {
    worker.on('message', (message: { ready?: true }) => {
      if (!message.ready) return
      isReady = true
      resolve(message)
    })
    worker.once('error', reject)
    void ended.then(() => reject(new Error(`the thread ${name} ended before it was ready`)))
  })
  return {
    name,
    remote,
    send: (message, transfer) => worker.postMessage(message, transfer),
    ready,
    ended,
    terminate: async () => void (await worker.terminate()),
  }
}
