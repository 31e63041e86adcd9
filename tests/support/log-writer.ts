import { argv } from 'node:process'
import { anEntry } from './builders.ts'
import { openLog } from './segment-log.ts'

/* A process of its own that appends until it is killed, and tells its parent each position once it is durable. */

const log = openLog(argv[2] ?? '')
for (;;) {
  const positions = await Promise.all(Array.from({ length: 16 }, () => log.append([anEntry()])))
  process.send?.(positions.at(-1)?.at(-1))
}
