import { createRequire } from 'node:module'
import { pino, type DestinationStream } from 'pino'
import type { Logger } from '../base/logger.ts'
import type { LogLevel } from './config.ts'

const require = createRequire(import.meta.url)

const waitingBytesMax = 1024 * 1024

/** Writes log lines to stdout: pretty for people, JSON for machines. Only the main thread has one. */
export function createLogger(level: LogLevel, format: 'pretty' | 'json'): Logger {
  const stdout = pino.destination({ fd: 1, sync: true, maxLength: waitingBytesMax })
  // A full disk behind stdout, or a reader that has gone, must not end the platform: lines wait for the next write,
  // up to the bound, and there is nowhere else to tell of it.
  stdout.on('error', () => undefined)
  const destination = format === 'pretty' ? prettyInto(stdout) : stdout
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      // An error under any other name would be logged as `{}`.
      serializers: { fault: errorFields, err: errorFields },
    },
    destination,
  )
}

function prettyInto(stdout: DestinationStream): DestinationStream {
  // Loaded for people only: a server that logs JSON need not hold it. Its own stream would end with the first fault.
  const { prettyFactory } = require('pino-pretty') as typeof import('pino-pretty')
  const prettify = prettyFactory({ colorize: process.stdout.isTTY })
  return { write: (line) => stdout.write(prettify(line)) }
}

/** Those of other threads are plain objects already. */
const errorFields = (value: unknown): unknown =>
  value instanceof Error ? pino.stdSerializers.err(value) : value

export type LogRecord = readonly [level: keyof Logger, fields: object, message: string]

/** The logger of a thread that hands its lines to another. Errors among the fields become plain objects. */
export function forwardingLogger(level: LogLevel, send: (record: LogRecord) => Promise<unknown>): Logger {
  const order = ['debug', 'info', 'warn', 'error'] as const
  const log =
    (name: keyof Logger) =>
    (fields: object, message: string): void => {
      if (order.indexOf(name) < order.indexOf(level)) return
      send([name, plain(fields), message])
        // Fields that cannot cross threads must not cost the line, let alone the thread.
        .catch(() => send([name, {}, message]))
        // Now the other thread is gone, and with it the place where this could be told.
        .catch(() => undefined)
    }
  return { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') }
}

function plain(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? { type: value.name, message: value.message, stack: value.stack } : value,
    ]),
  )
}
