import { argv } from 'node:process'
import { openSqliteLog } from '../../src/log/sqlite-log.ts'
import { anEntry } from './builders.ts'

/* A process of its own that appends until it is killed, and tells its parent each position once it is durable. */

const log = openSqliteLog({ file: argv[2] ?? '' })
for (;;) {
  const positions = await Promise.all(Array.from({ length: 16 }, () => log.append([anEntry()])))
  process.send?.(positions.at(-1)?.at(-1))
}
