import { writeSync } from 'node:fs'
import { argv } from 'node:process'
import { anEntry } from './builders.ts'
import { openLog } from './segment-log.ts'

/* A process of its own that appends a few times, and writes a line as soon as each is acknowledged. */

const log = openLog(argv[2] ?? '', { limits: { logSegmentBytesMax: 4000 } })
for (let n = 1; n <= 20; n++) {
  await log.append([anEntry({ body: { payload: `entry-${n}-` } })])
  writeSync(1, `acknowledged-${n}-`)
}
await log.close()
