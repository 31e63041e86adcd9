import { argv } from 'node:process'
import { reportSource, RecordWriter } from '../../src/log/record.ts'
import { NOON, PROJECT } from './builders.ts'
import { openStore, storeDevices, storeReport } from './store-folder.ts'

/*
 * What the store thread does, in a process of its own that can be killed: appends reports, lets the projections follow,
 * and tells its parent how far everything is durable, and of what could not be done. History is folded all the time.
 */

const { log, projections } = await openStore(argv[2] ?? '', (fault) =>
  process.send?.({ fault: (fault as Error).message }),
)
const sources = storeDevices.map((deviceId) => reportSource(deviceId, PROJECT))
const writer = new RecordWriter()
const perDevice = 5
/** 2,500 reports a second, so that a disk of 24 MB lasts for a while. */
const PAUSE_MILLIS = 40
for (let n = Math.floor((await log.head()) / storeDevices.length); ; n += perDevice) {
  for (let i = 1; i <= perDevice; i++)
    for (const source of sources)
      writer.storedReport(source, NOON + n + i, Buffer.from(storeReport(n + i)), false)
  const records = writer.take()
  for (let isDurable = false; !isDurable;)
    try {
      await log.appendRecords(records, perDevice * sources.length)
      isDurable = true
    } catch (fault) {
      process.send?.({ refused: (fault as Error).message })
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  process.send?.({ durable: n + perDevice })
  // A fault of theirs takes back what was not committed; it comes again with what follows.
  await projections.catchUp().catch((fault: Error) => process.send?.({ fault: fault.message }))
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS))
}
