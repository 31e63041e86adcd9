import { join } from 'node:path'
import { aFaultyLogDisk, openLog } from '../support/segment-log.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { describeLog } from './log.ts'

describeLog('the segment log', () => {
  const folder = join(temporaryFolder(), 'log')
  const { files, failAt, heal } = aFaultyLogDisk()
  return { open: () => Promise.resolve(openLog(folder, { files })), failAt, heal }
})

// Slices of two records, blocks of three, segments of a few: every walk has to cross from one to the next.
describeLog('the segment log in small pieces', () => {
  const folder = join(temporaryFolder(), 'log')
  const { files, failAt, heal } = aFaultyLogDisk()
  const limits = { scanRowsMax: 2, logBatchEntriesMax: 3, logSegmentBytesMax: 1500, logRecentBytes: 1000 }
  return { open: () => Promise.resolve(openLog(folder, { limits, files })), failAt, heal }
})
