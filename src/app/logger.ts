import { createRequire } from 'node:module'
import { pino, type DestinationStream } from 'pino'
import type { Logger } from '../base/logger.ts'
import type { LogLevel } from './config.ts'

const require = createRequire(import.meta.url)

/** Writes log lines to stdout: pretty for people, JSON for machines. Only the main thread has one. */
export function createLogger(level: LogLevel, format: 'pretty' | 'json'): Logger {
  const destination: DestinationStream =
    format === 'pretty'
      ? // Loaded for people only: a server that logs JSON need not hold it.
        (require('pino-pretty') as typeof import('pino-pretty'))({
          colorize: process.stdout.isTTY,
          sync: true,
        })
      : pino.destination({ fd: 1, sync: true })
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
}

export type LogRecord = readonly [level: keyof Logger, fields: object, message: string]

/** The logger of a thread that hands its lines to another. Errors among the fields become plain objects. */
export function forwardingLogger(level: LogLevel, send: (record: LogRecord) => void): Logger {
  const order = ['debug', 'info', 'warn', 'error'] as const
  const log =
    (name: keyof Logger) =>
    (fields: object, message: string): void => {
      if (order.indexOf(name) >= order.indexOf(level)) send([name, plain(fields), message])
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
